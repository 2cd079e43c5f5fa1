import { expect, test } from 'vitest';
import { ApiError } from './errors';
import type { Campaign } from './generated/types.gen';
import { onNewest, onNewestPlan } from './newest';

const campaign = (version: number, changes: Partial<Campaign> = {}) =>
  ({ id: 'c', version, status: 'draft', ideas: [{ id: 'a', theme: 'One' }], ...changes }) as unknown as Campaign;
const stale = (current: Campaign) => new ApiError({ status: 412, code: 'VERSION_CONFLICT', message: 'Changed.', details: { current } });
const themeOf = (found: Campaign) => [found.status, found.ideas.find((idea) => idea.id === 'a')?.theme];

function server(now: Campaign) {
  const asked: number[] = [];
  const send = async ({ version }: Campaign) => {
    asked.push(version);
    if (version !== now.version) throw stale(now);
    return 'kept';
  };
  return { asked, send };
}

test('an edit of what nobody else changed is kept, whatever else in the campaign did', async () => {
  const { asked, send } = server(campaign(7, { run_id: 'r' }));
  await expect(onNewest(campaign(5), themeOf, send)).resolves.toBe('kept');
  expect(asked).toEqual([5, 7]);
});

test.each([
  ['the same part', campaign(7, { ideas: [{ id: 'a', theme: 'Theirs' }] as Campaign['ideas'] })],
  ['the part away', campaign(7, { ideas: [] })],
  ['the status', campaign(7, { status: 'in_review' })],
])('an edit is refused when somebody changed %s', async (_, now) => {
  const { asked, send } = server(now);
  await expect(onNewest(campaign(5), themeOf, send)).rejects.toMatchObject({ status: 412 });
  expect(asked).toEqual([5]);
});

test('another refusal is no reason to try again', async () => {
  const refused = new ApiError({ status: 422, code: 'INVALID', message: 'No.' });
  let tries = 0;
  const send = () => {
    tries += 1;
    return Promise.reject(refused);
  };
  await expect(onNewest(campaign(5), themeOf, send)).rejects.toBe(refused);
  expect(tries).toBe(1);
});

test('what is decided on a plan is kept when a run only counted the version up, and refused when the plan is another', async () => {
  const { asked, send } = server(campaign(6, { run_id: 'r', run_state: 'succeeded' }));
  await expect(onNewestPlan(campaign(5), (version) => send({ version } as Campaign))).resolves.toBe('kept');
  expect(asked).toEqual([5, 6]);
  const other = server(campaign(6, { ideas: [] }));
  await expect(onNewestPlan(campaign(5), (version) => other.send({ version } as Campaign))).rejects.toMatchObject({ status: 412 });
});
