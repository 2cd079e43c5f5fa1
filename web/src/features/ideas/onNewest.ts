import { ApiError } from '@/api/errors';
import type { Campaign } from '@/api/generated/types.gen';

/**
 * Sends an edit of one part of a campaign. A version counts everything in a campaign, such as that a run began; where
 * neither the part nor the status changed since it was seen, the edit is sent once more for the campaign as it is now.
 */
export async function onNewest<T>(
  seen: Campaign,
  part: (campaign: Campaign) => unknown,
  send: (version: number) => Promise<T>,
): Promise<T> {
  try {
    return await send(seen.version);
  } catch (error) {
    const now = currentOf(error);
    if (!now || now.status !== seen.status || told(part(now)) !== told(part(seen))) throw error;
    return send(now.version);
  }
}

const told = (part: unknown) => JSON.stringify(part ?? null);

/** The campaign as it is now, which a refusal of an old version brings along. */
function currentOf(error: unknown): Campaign | undefined {
  if (!(error instanceof ApiError) || error.status !== 412) return undefined;
  return (error.details as { current?: Campaign } | undefined)?.current;
}
