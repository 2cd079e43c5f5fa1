import { at, between, type Hull } from './hull';
import { isBefore, type Segments } from './segments';

/** The channel that is left below its hull, and the spend there. */
export type Split = { readonly channel: number; readonly spend: number };

/** Plans with every channel inside its hull's range, and the best plan on those hulls. */
export type Box = {
  readonly hulls: readonly Hull[];
  /** Channels whose hull differs from the first box's, in order. */
  readonly changed: readonly number[];
  readonly plan: Float64Array;
  readonly bound: number;
  /** Where the plan lies below its hull; undefined when it is the best of the box. */
  readonly split: Split | undefined;
};

export const lowOf = (hull: Hull): number => at(hull.spends, 0);
export const highOf = (hull: Hull): number => at(hull.spends, hull.spends.length - 1);

type Input = { hulls: readonly Hull[]; changed: readonly number[]; budget: number; order: Segments; extra: Segments };

/**
 * The best plan on the hulls: the steepest segments first, the last one as far as the budget goes.
 * `order` has the first box's segments, `extra` those of the changed channels, which replace theirs.
 */
export function greedy({ hulls, changed, budget, order, extra }: Input): Box {
  const plan = Float64Array.from(hulls, lowOf);
  const values = Float64Array.from(hulls, (hull) => at(hull.values, 0));
  let spare = budget;
  for (const low of plan) spare -= low;
  let split: Split | undefined;
  if (spare > 0) {
    const { corners, last, rest } = walk(hulls.length, changed, order, extra, spare);
    hulls.forEach((hull, channel) => {
      plan[channel] = at(hull.spends, at(corners, channel));
      values[channel] = at(hull.values, at(corners, channel));
    });
    const hull = hulls[last];
    if (hull) split = extend({ hull, channel: last, corner: at(corners, last), rest, plan, values });
  }
  let bound = 0;
  for (const value of values) bound += value;
  return { hulls, changed, plan, bound, split };
}

/** How many segments of each channel are taken whole, whose comes last, and how much is left for it. */
function walk(count: number, changed: readonly number[], order: Segments, extra: Segments, spare: number) {
  const corners = new Int32Array(count);
  const skipped = new Uint8Array(count);
  for (const channel of changed) skipped[channel] = 1;
  let rest = spare;
  let i = 0;
  let j = 0;
  for (;;) {
    while (i < order.slopes.length && skipped[at(order.channels, i)] === 1) i += 1;
    const ended = i >= order.slopes.length;
    if (ended && j >= extra.slopes.length) return { corners, last: -1, rest };
    const first = !ended && (j >= extra.slopes.length || isBefore(order, i, extra, j));
    const from = first ? order : extra;
    const index = first ? i++ : j++;
    const channel = at(from.channels, index);
    const length = at(from.lengths, index);
    if (length >= rest) return { corners, last: channel, rest };
    corners[channel] = at(corners, channel) + 1;
    rest -= length;
  }
}

type Last = { hull: Hull; channel: number; corner: number; rest: number; plan: Float64Array; values: Float64Array };

/** Moves the last channel along its segment; a split where that leaves it below its hull. */
function extend({ hull, channel, corner, rest, plan, values }: Last): Split | undefined {
  const left = at(hull.spends, corner);
  const right = at(hull.spends, corner + 1);
  const spend = left + rest;
  plan[channel] = spend;
  if (spend === right) {
    values[channel] = at(hull.values, corner + 1);
    return undefined;
  }
  values[channel] = between(left, at(hull.values, corner), right, at(hull.values, corner + 1), spend);
  return hull.exact[corner] === 1 ? undefined : { channel, spend };
}
