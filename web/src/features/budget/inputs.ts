import type { AllocationInput, Campaign, GoalInput, GroupInput } from '@/api/generated/types.gen';
import { fromMinor, minorDigits, toMinor } from '@/lib/money';

/**
 * What the user decides about one channel, in major units; the rest is for the optimiser. A lock that is `pinned` came
 * from moving the channel: re-optimising frees it.
 */
export type ChannelInput = {
  lock?: number | undefined;
  pinned?: boolean | undefined;
  minimum?: number | undefined;
  maximum?: number | undefined;
};
export type Goal = Required<GoalInput>;
export type Inputs = { total: number; channels: Record<string, ChannelInput>; goal: Goal; groups: GroupInput[] };

export const MOST_OUTCOME: Goal = { kind: 'most_outcome', outcome: null, floor: null, risk: 'mean', level: 0.1 };

export const amountOf = (money: { amount: string } | null | undefined): number | undefined => (money ? Number(money.amount) : undefined);

/** The inputs that the saved plan was made from. */
export function savedInputs(campaign: Campaign): Inputs {
  const { limits, goal, groups } = campaign.brief;
  const byChannel = new Map(limits.map((limit) => [limit.channel, limit]));
  return {
    total: Number(campaign.metrics.total_budget.amount),
    goal,
    groups,
    channels: Object.fromEntries(
      campaign.channel_strategies.map(({ channel, locked, budget }) => [
        channel,
        {
          lock: locked ? amountOf(budget) : undefined,
          minimum: amountOf(byChannel.get(channel)?.minimum),
          maximum: amountOf(byChannel.get(channel)?.maximum),
        },
      ]),
    ),
  };
}

export const withChannel = (inputs: Inputs, channel: string, patch: ChannelInput): Inputs => ({
  ...inputs,
  channels: { ...inputs.channels, [channel]: { ...inputs.channels[channel], ...patch } },
});

const mapChannels = (inputs: Inputs, change: (input: ChannelInput) => ChannelInput): Inputs => ({
  ...inputs,
  channels: Object.fromEntries(Object.entries(inputs.channels).map(([channel, input]) => [channel, change(input)])),
});

/** Channels that were only moved may move again; those somebody locked stay. */
export const withoutPins = (inputs: Inputs): Inputs =>
  mapChannels(inputs, (input) => (input.pinned ? { ...input, lock: undefined, pinned: undefined } : input));

export const withoutLocks = (inputs: Inputs): Inputs => mapChannels(inputs, (input) => ({ ...input, lock: undefined, pinned: undefined }));

export const hasPins = (inputs: Inputs): boolean => Object.values(inputs.channels).some((input) => input.pinned);

/** The page plans by itself what its table can answer; other goals and groups are the server's. */
export const isLive = ({ goal, groups }: Inputs): boolean => goal.kind === 'most_outcome' && goal.risk === 'mean' && groups.length === 0;

/** A major-unit number as the API's money, rounded to the currency's smallest coin. */
export function moneyOf(value: number, currency: string) {
  return { amount: fromMinor(toMinor(value.toFixed(minorDigits(currency)), currency) ?? 0, currency), currency };
}

/** The inputs as the API takes them; channels that nobody limited are left out. */
export function allocationBody({ total, channels, goal, groups }: Inputs, currency: string) {
  return {
    total_budget: moneyOf(total, currency),
    limits: Object.entries(channels)
      .filter(([, input]) => input.lock !== undefined || input.minimum !== undefined || input.maximum !== undefined)
      .map(([channel, input]) => ({
        channel,
        ...(input.lock !== undefined && { lock: moneyOf(input.lock, currency) }),
        ...(input.lock === undefined && input.minimum !== undefined && { minimum: moneyOf(input.minimum, currency) }),
        ...(input.lock === undefined && input.maximum !== undefined && { maximum: moneyOf(input.maximum, currency) }),
      })),
    goal,
    groups,
  } satisfies AllocationInput;
}

export const sameInputs = (a: Inputs, b: Inputs, currency: string): boolean =>
  JSON.stringify(allocationBody(a, currency)) === JSON.stringify(allocationBody(b, currency));

/** Server messages about single limits ("limits.0") by the channel that each limit was sent for. */
export function channelProblems(fields: Record<string, string>, inputs: Inputs, currency: string): Record<string, string> {
  const sent = allocationBody(inputs, currency).limits;
  const found: Record<string, string> = {};
  for (const [path, message] of Object.entries(fields)) {
    const [head, index] = path.split('.');
    const channel = head === 'limits' ? sent[Number(index)]?.channel : undefined;
    if (channel) found[channel] = message;
  }
  return found;
}
