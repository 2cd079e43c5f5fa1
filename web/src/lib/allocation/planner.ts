import type { Row } from './hull';
import { refined } from './refine';
import { best, hold, type Prepared, prepare } from './search';

export type Ask = { lower: readonly number[]; upper: readonly number[]; budget: number };

/** The best plan for one question after the other, refined between the knots; while only one held channel moves, nothing is sorted again. */
export function createPlanner(rows: readonly Row[]): (ask: Ask) => number[] {
  let known: Prepared | undefined;
  return ({ lower, upper, budget }) => {
    known = known ? adapt(known, lower, upper) : prepare(rows, lower, upper);
    return refined(rows, best(known, budget).amounts, lower, upper);
  };
}

function adapt(known: Prepared, lower: readonly number[], upper: readonly number[]): Prepared {
  const moved = lower.flatMap((low, i) => (low === known.lower[i] && upper[i] === known.upper[i] ? [] : [i]));
  const [channel] = moved;
  if (channel === undefined) return known;
  const spend = lower[channel];
  if (moved.length > 1 || spend === undefined || spend !== upper[channel]) return prepare(known.rows, lower, upper);
  return hold(known, channel, spend);
}
