import { type Box, greedy, highOf, lowOf, type Split } from './greedy';
import { at, type Hull, hullOf, type Row, valueAt } from './hull';
import { mergedSegments, type Segments } from './segments';

// The server has the same numbers: both must look for the same plans in the same order.
const CLOSED = 1e-12;
const CHEAP_NODES = 200;
const NEAR = 1e-8;
const MOST_NODES = 1000;

/** Rows with limits in whole minor units, their hulls sorted once, ready to be asked for any budget. */
export type Prepared = {
  readonly rows: readonly Row[];
  readonly lower: readonly number[];
  readonly upper: readonly number[];
  readonly hulls: readonly Hull[];
  readonly order: Segments;
  /** For each channel, the channels (itself included) with the same row and limits, in order. */
  readonly twins: readonly (readonly number[])[];
};

/** The best plan of a table in whole minor units; no plan inside the limits reaches more than `upperBound` on it. */
export type Answer = { amounts: number[]; value: number; upperBound: number; nodes: number };

const NO_SEGMENTS = mergedSegments([], []);

/** Prepares `rows` inside limits, 0 <= lower <= upper. */
export function prepare(rows: readonly Row[], lower: readonly number[], upper: readonly number[]): Prepared {
  const hulls = rows.map((row, i) => hullOf(row, at(lower, i), at(upper, i)));
  const order = mergedSegments(
    hulls,
    hulls.map((_, i) => i),
  );
  return { rows, lower, upper, hulls, order, twins: twinsOf(rows, lower, upper) };
}

/** The same with one channel held at `spend`. While it was held before, nothing is sorted again. */
export function hold(prepared: Prepared, channel: number, spend: number): Prepared {
  const { rows, hulls } = prepared;
  const lower = prepared.lower.with(channel, spend);
  const upper = prepared.upper.with(channel, spend);
  const row = rows[channel];
  if (!row || hulls[channel]?.slopes.length !== 0) return prepare(rows, lower, upper);
  return { ...prepared, lower, upper, hulls: hulls.with(channel, hullOf(row, spend, spend)), twins: twinsOf(rows, lower, upper) };
}

/** The best plan that spends `budget`, or all maximums when they hold less; not below the sum of minimums. */
export function best(prepared: Prepared, budget: number): Answer {
  const { rows, upper, hulls, order } = prepared;
  if (sum(upper) <= budget) {
    const value = planValue(rows, upper);
    return { amounts: [...upper], value, upperBound: value, nodes: 0 };
  }
  const root = greedy({ hulls, changed: [], budget, order, extra: NO_SEGMENTS });
  let plan = root.plan;
  let value = planValue(rows, plan);
  let nodes = 1;
  const open: Box[] = root.split ? [root] : [];
  for (;;) {
    const box = open[topOf(open)];
    if (!box?.split) return { amounts: [...plan], value, upperBound: value, nodes };
    const target = nodes < CHEAP_NODES ? CLOSED : NEAR;
    if (nodes >= MOST_NODES || box.bound <= value + target * value)
      return { amounts: [...plan], value, upperBound: Math.max(box.bound, value), nodes };
    open.splice(topOf(open), 1);
    for (const half of halves(prepared, box, box.split)) {
      if (sum(half.hulls.map(lowOf)) > budget || sum(half.hulls.map(highOf)) < budget) continue;
      const child = greedy({ ...half, budget, order, extra: mergedSegments(half.hulls, half.changed) });
      nodes += 1;
      const reached = planValue(rows, child.plan);
      if (reached > value) [plan, value] = [child.plan, reached];
      if (child.split) open.push(child);
    }
  }
}

/** The open box of greatest bound, the first of equals. */
function topOf(open: readonly Box[]): number {
  let top = 0;
  open.forEach((box, i) => {
    if (box.bound > (open[top]?.bound ?? 0)) top = i;
  });
  return top;
}

/** Below and above the split. Twins are exchangeable: an earlier one gets at least as much as a later one. */
function halves({ rows, twins }: Prepared, box: Box, split: Split) {
  const below = [...box.hulls];
  const above = [...box.hulls];
  const changed = new Set(box.changed);
  for (const twin of twins[split.channel] ?? []) {
    const row = rows[twin];
    const old = box.hulls[twin];
    if (!row || !old) continue;
    changed.add(twin);
    if (twin >= split.channel && split.spend < highOf(old)) below[twin] = hullOf(row, Math.min(lowOf(old), split.spend), split.spend);
    if (twin <= split.channel && split.spend > lowOf(old)) above[twin] = hullOf(row, split.spend, Math.max(highOf(old), split.spend));
  }
  const channels = [...changed].sort((a, b) => a - b);
  return [
    { hulls: below, changed: channels },
    { hulls: above, changed: channels },
  ];
}

/** What a plan brings, by channel in their order. */
export function planValue(rows: readonly Row[], plan: ArrayLike<number>): number {
  let total = 0;
  rows.forEach((row, i) => {
    total += valueAt(row, at(plan, i));
  });
  return total;
}

export const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);

const kinds = new WeakMap<readonly Row[], readonly number[]>();

/** For each row, the first that equals it. */
function kindsOf(rows: readonly Row[]): readonly number[] {
  const known = kinds.get(rows);
  if (known) return known;
  const found = rows.map((row) => rows.findIndex((other) => sameRow(row, other)));
  kinds.set(rows, found);
  return found;
}

function twinsOf(rows: readonly Row[], lower: readonly number[], upper: readonly number[]): number[][] {
  const kind = kindsOf(rows);
  const alike = (a: number, b: number) => kind[a] === kind[b] && lower[a] === lower[b] && upper[a] === upper[b];
  return rows.map((_, i) => rows.flatMap((__, j) => (alike(i, j) ? [j] : [])));
}

function sameRow(a: Row, b: Row): boolean {
  if (a === b) return true;
  const same = (one: Float64Array, other: Float64Array) => one.length === other.length && one.every((number, i) => number === other[i]);
  return same(a.values, b.values) && same(a.spends, b.spends);
}
