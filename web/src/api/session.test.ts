import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { keepSession, sessionFetch } from './session';

type Answer = { status: number; body?: unknown };
const json = ({ status, body }: Answer) => new Response(body === undefined ? null : JSON.stringify(body), { status });
const at = (path: string) => `http://localhost${path}`;

/** What the server would answer, by path; every call is noted with the token it carried. */
function server(answers: Record<string, (token: string | null) => Answer>) {
  const calls: string[] = [];
  vi.stubGlobal('fetch', async (input: Request | string) => {
    const request = typeof input === 'string' ? new Request(at(input), { method: 'POST' }) : input;
    const { pathname } = new URL(request.url);
    const token = request.headers.get('Authorization');
    calls.push(`${pathname} ${token ?? '-'}`);
    const answer = answers[pathname];
    if (!answer) throw new TypeError('fetch failed');
    return json(answer(token));
  });
  return calls;
}

beforeEach(() => keepSession(undefined));
afterEach(() => vi.unstubAllGlobals());

it('gets a token first, once for calls at the same time', async () => {
  const calls = server({
    '/api/v1/auth/refresh': () => ({ status: 200, body: { access_token: 'fresh' } }),
    '/api/v1/runs': (token) => ({ status: token === 'Bearer fresh' ? 200 : 401 }),
  });
  const answers = await Promise.all([sessionFetch(at('/api/v1/runs')), sessionFetch(at('/api/v1/runs'))]);
  expect(answers.map((a) => a.status)).toEqual([200, 200]);
  expect(calls.filter((call) => call.includes('refresh'))).toHaveLength(1);
});

it('renews a refused token once and sends the same request again', async () => {
  keepSession({ access_token: 'old' } as Parameters<typeof keepSession>[0]);
  const calls = server({
    '/api/v1/auth/refresh': () => ({ status: 200, body: { access_token: 'new' } }),
    '/api/v1/campaigns': (token) => ({ status: token === 'Bearer new' ? 201 : 401 }),
  });
  const answer = await sessionFetch(at('/api/v1/campaigns'), { method: 'POST', body: '{"a":1}' });
  expect(answer.status).toBe(201);
  expect(calls).toEqual(['/api/v1/campaigns Bearer old', '/api/v1/auth/refresh -', '/api/v1/campaigns Bearer new']);
});

it('gives up after one try when the session is over, and sends no token where none is needed', async () => {
  const calls = server({
    '/api/v1/auth/refresh': () => ({ status: 401 }),
    '/api/v1/campaigns': () => ({ status: 401 }),
    '/api/v1/setup': () => ({ status: 200, body: {} }),
  });
  expect((await sessionFetch(at('/api/v1/campaigns'))).status).toBe(401);
  expect((await sessionFetch(at('/api/v1/setup'))).status).toBe(200);
  expect(calls).toEqual(['/api/v1/auth/refresh -', '/api/v1/campaigns -', '/api/v1/setup -']);
});
