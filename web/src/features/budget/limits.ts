import { at } from '@/lib/allocation/hull';
import { sum } from '@/lib/allocation/search';
import type { Inputs } from './inputs';
import { type Model, toMinorUnits } from './model';

/** Least and most by channel in minor units of the plan's own money, and the total. */
export type Limits = { lower: number[]; upper: number[]; budget: number };

/** Limits that no plan can keep: which channels are at fault, and how far they are off. */
export type Fault =
  | { kind: 'crossed'; channels: string[] }
  | { kind: 'minimums'; channels: string[]; least: number; budget: number }
  | { kind: 'noTotal'; channels: [] };

/** The limits as the server reads them from the same inputs. */
export function limitsOf(model: Model, inputs: Inputs): Limits {
  const budget = toMinorUnits(inputs.total, model.perUnit);
  const usual = usualMaximums(model, budget);
  const pairs = model.channels.map(({ channel }, i) => {
    const { lock, minimum, maximum } = inputs.channels[channel] ?? {};
    const minor = (amount: number) => toMinorUnits(amount, model.perUnit);
    if (lock !== undefined) return [minor(lock), minor(lock)] as const;
    const low = minimum === undefined ? 0 : minor(minimum);
    return [low, maximum === undefined ? Math.max(low, at(usual, i)) : minor(maximum)] as const;
  });
  return { lower: pairs.map(([low]) => low), upper: pairs.map(([, high]) => high), budget };
}

/** What a channel may get unless somebody says otherwise; when that cannot hold the budget, the budget. */
function usualMaximums({ channels }: Model, budget: number): number[] {
  const caps = channels.map(({ trusted }) => Math.min(budget, trusted ?? budget));
  return sum(caps) < budget ? caps.map(() => budget) : caps;
}

export function faultOf({ channels }: Model, { lower, upper, budget }: Limits): Fault | undefined {
  if (!(budget > 0)) return { kind: 'noTotal', channels: [] };
  const named = (wrong: (i: number) => boolean) => channels.flatMap(({ channel }, i) => (wrong(i) ? [channel] : []));
  const crossed = named((i) => at(lower, i) > at(upper, i));
  if (crossed.length > 0) return { kind: 'crossed', channels: crossed };
  const least = sum(lower);
  if (least > budget) return { kind: 'minimums', channels: named((i) => at(lower, i) > 0), least, budget };
  return undefined;
}
