import type { AllocBody, Campaign } from '@/api/generated/types.gen';
import { fromMinor, toMinor } from '@/lib/money';

/** What the user decides about one channel, in major units; the rest is for the optimiser. */
export type ChannelInput = { lock?: number | undefined; minimum?: number | undefined; maximum?: number | undefined };
export type Inputs = { total: number; channels: Record<string, ChannelInput> };

export const amountOf = (money: { amount: string } | null | undefined): number | undefined => (money ? Number(money.amount) : undefined);

/** The inputs that the saved plan was made from. */
export const savedInputs = (campaign: Campaign): Inputs => ({
  total: Number(campaign.metrics.total_budget.amount),
  channels: Object.fromEntries(
    campaign.channel_strategies.map((plan) => [
      plan.channel,
      { lock: plan.locked ? amountOf(plan.budget) : undefined, minimum: amountOf(plan.minimum), maximum: amountOf(plan.maximum) },
    ]),
  ),
});

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
export function allocationBody({ total, channels }: Inputs, currency: string): AllocBody {
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
