import { expect, it } from 'vitest';
import { inFull, toApiError } from './errors';

it('reads the envelope, the fields and how long to wait', () => {
  const body = { error: { code: 'INVALID', message: 'No.', details: { a: 1 }, fields: { total_budget: 'Too low.' }, trace_id: 't1' } };
  const error = toApiError(body, new Response(null, { status: 422, headers: { 'Retry-After': '7' } }));
  expect(error).toMatchObject({
    status: 422,
    code: 'INVALID',
    message: 'No.',
    fields: { total_budget: 'Too low.' },
    traceId: 't1',
    retryAfter: 7,
  });
});

it('makes sense of answers that are not from the API, and of no answer at all', () => {
  expect(toApiError('<html>', new Response(null, { status: 502, statusText: 'Bad Gateway' }))).toMatchObject({
    status: 502,
    code: 'HTTP_502',
    message: 'Bad Gateway',
  });
  expect(toApiError(new TypeError('failed'), undefined)).toMatchObject({ status: 0, code: 'NO_ANSWER' });
});

it('says once what a field and the whole say alike', () => {
  expect(inFull({ message: 'It is empty.', fields: { file: 'It is empty.', name: 'Too long.' } })).toBe('It is empty. Too long.');
});
