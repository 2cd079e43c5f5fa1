import type { AllocationInput, Campaign } from '@/api/generated/types.gen';
import { fromMinor, toMinor } from '@/lib/money';

/** What the user decides about one channel, in major units; the rest is for the optimiser. */
export type ChannelInput = { lock?: number | undefined; minimum?: number | undefined; maximum?: number | undefined };
export type Inputs = { total: number; channels: Record<string, ChannelInput> };

export const amountOf = (money: { amount: string } | null | undefined): number | undefined => (money ? Number(money.amount) : undefined);

/** The inputs that the saved plan was made from. */
export function savedInputs(campaign: Campaign): Inputs {
  const limits = new Map(campaign.brief.limits.map((limit) => [limit.channel, limit]));
  return {
    total: Number(campaign.metrics.total_budget.amount),
    channels: Object.fromEntries(
      campaign.channel_strategies.map(({ channel, locked, budget }) => [
        channel,
        {
          lock: locked ? amountOf(budget) : undefined,
          minimum: amountOf(limits.get(channel)?.minimum),
          maximum: amountOf(limits.get(channel)?.maximum),
        },
      ]),
    ),
  };
}

export const withChannel = (inputs: Inputs, channel: string, patch: ChannelInput): Inputs => ({
  ...inputs,
  channels: { ...inputs.channels, [channel]: { ...inputs.channels[channel], ...patch } },
});

export const withoutLocks = (inputs: Inputs): Inputs => ({
  ...inputs,
  channels: Object.fromEntries(Object.entries(inputs.channels).map(([channel, input]) => [channel, { ...input, lock: undefined }])),
});

export const hasLocks = (inputs: Inputs): boolean => Object.values(inputs.channels).some((input) => input.lock !== undefined);

/** A major-unit number as the API's money, rounded to the currency's smallest coin. */
export function moneyOf(value: number, currency: string) {
  const digits = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
  return { amount: fromMinor(toMinor(value.toFixed(digits), currency) ?? 0, currency), currency };
}

/** The inputs as the API takes them; channels that nobody limited are left out. */
export function allocationBody({ total, channels }: Inputs, currency: string): AllocationInput {
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
  };
}

export const sameInputs = (a: Inputs, b: Inputs, currency: string): boolean =>
  JSON.stringify(allocationBody(a, currency)) === JSON.stringify(allocationBody(b, currency));

/** Server messages about single limits ("limits.0") by the channel that each limit was sent for. */
export function channelProblems(fields: Record<string, string>, inputs: Inputs, currency: string): Record<string, string> {
  const sent = allocationBody(inputs, currency).limits ?? [];
  const found: Record<string, string> = {};
  for (const [path, message] of Object.entries(fields)) {
    const [head, index] = path.split('.');
    const channel = head === 'limits' ? sent[Number(index)]?.channel : undefined;
    if (channel) found[channel] = message;
  }
  return found;
}
