import { at } from '@/lib/allocation/hull';
import type { Ask } from '@/lib/allocation/planner';
import { sum } from '@/lib/allocation/search';
import { type Inputs, isLive } from './inputs';
import { type Fault, faultOf, type Limits, limitsOf } from './limits';
import { type Model, meanAt } from './model';

/** What the page itself says of the inputs: its plan in minor units, or why none is possible; neither where only the server can tell. */
export type Live = { limits: Limits; amounts: readonly number[] | undefined; fault: Fault | undefined };

export function liveOf(model: Model, plan: (ask: Ask) => number[], inputs: Inputs): Live {
  const limits = limitsOf(model, inputs);
  const fault = faultOf(model, limits);
  if (fault || !isLive(inputs)) return { limits, amounts: undefined, fault };
  const started = model.channels.map((channel) => channel.started);
  const all = (own: readonly number[]) => own.map((amount, i) => amount + at(started, i));
  const amounts = plan({ lower: all(limits.lower), upper: all(limits.upper), budget: limits.budget + sum(started) });
  return { limits, amounts: amounts.map((amount, i) => amount - at(started, i)), fault };
}

/** Mean outcome of a plan in minor units. */
export const meanOfPlan = ({ channels }: Model, amounts: readonly number[]): number =>
  channels.reduce((total, channel, i) => total + meanAt(channel, at(amounts, i)), 0);
