import { currentOf } from './errors';
import type { Campaign } from './generated/types.gen';

type Versioned = { version: number };

/**
 * Sends an edit of one part of a record. A version counts everything in the record, such as that a campaign's run began;
 * where the part did not change since it was seen, the edit is sent once more for the record as it is now.
 */
export async function onNewest<Kept extends Versioned, Answer>(
  seen: Kept,
  part: (record: Kept) => unknown,
  send: (record: Kept) => Promise<Answer>,
): Promise<Answer> {
  try {
    return await send(seen);
  } catch (error) {
    const now = currentOf<Kept>(error);
    if (!now || told(part(now)) !== told(part(seen))) throw error;
    return send(now);
  }
}

/** What is planned in a campaign: all that a person looks at who decides on it. */
const planOf = ({ status, brief, ideas, channel_strategies, explanation }: Campaign) => [
  status,
  brief,
  ideas,
  channel_strategies,
  explanation,
];

/** Sends what was decided on a plan as `seen` shows it, under the newest version as long as the plan is that one. */
export const onNewestPlan = <Answer>(seen: Campaign, send: (version: number) => Promise<Answer>): Promise<Answer> =>
  onNewest(seen, planOf, ({ version }) => send(version));

const told = (part: unknown) => JSON.stringify(part ?? null);
