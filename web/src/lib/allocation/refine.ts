import { at, countUpTo, type Row, rowOf, valueAt } from './hull';
import { best, prepare, sum } from './search';

// The server has the same numbers.
const PARTS = 32;
const CUBIC = 4;

/**
 * The best plan of the same total near `plan` on smooth curves, inside the limits. A table is straight between knots, so its
 * best plan stands on them; around it each channel gets finer knots on the cubic through its neighbours.
 */
export function refined(rows: readonly Row[], plan: readonly number[], lower: readonly number[], upper: readonly number[]): number[] {
  const windows = rows.map((row, i) => windowOf(row, at(plan, i), at(lower, i), at(upper, i)));
  const prepared = prepare(
    windows.map(({ row }) => row),
    windows.map(({ low }) => low),
    windows.map(({ high }) => high),
  );
  return best(prepared, sum(plan)).amounts;
}

/** Finer knots around `spend`, and the limits inside them; a spend beyond the table stays where it is. */
export function windowOf(row: Row, spend: number, low: number, high: number): { row: Row; low: number; high: number } {
  const last = row.spends.length - 1;
  if (low === high || last < CUBIC - 1 || spend > at(row.spends, last)) return { row, low: spend, high: spend };
  const left = Math.min(Math.max(countUpTo(row.spends, spend) - 1, 0), last - 1);
  const first = Math.max(left - 1, 0);
  const end = Math.min(left + 2, last);
  const spends = [at(row.spends, first)];
  const values = [at(row.values, first)];
  for (let knot = first; knot < end; knot++) {
    const start = at(row.spends, knot);
    const width = at(row.spends, knot + 1) - start;
    for (let part = 1; part < PARTS; part++) {
      const middle = start + Math.floor((width * part) / PARTS);
      spends.push(middle);
      values.push(smooth(row, knot, middle));
    }
    spends.push(at(row.spends, knot + 1));
    values.push(at(row.values, knot + 1));
  }
  return { row: rowOf(spends, values), low: Math.max(low, at(row.spends, first)), high: Math.min(high, at(row.spends, end)) };
}

/** Outcome of a row at `spend`, smooth between its knots. */
export function smoothAt(row: Row, spend: number): number {
  const last = row.spends.length - 1;
  if (last < CUBIC - 1 || spend <= at(row.spends, 0) || spend >= at(row.spends, last)) return valueAt(row, spend);
  return smooth(row, countUpTo(row.spends, spend) - 1, spend);
}

/** The cubic through the four knots around the interval that begins at `knot`, kept between the values of its ends. */
export function smooth(row: Row, knot: number, spend: number): number {
  const first = Math.min(Math.max(knot - 1, 0), row.spends.length - CUBIC);
  const [s0, s1, s2, s3] = [0, 1, 2, 3].map((i) => at(row.spends, first + i)) as [number, number, number, number];
  const [v0, v1, v2, v3] = [0, 1, 2, 3].map((i) => at(row.values, first + i)) as [number, number, number, number];
  const d01 = (v1 - v0) / (s1 - s0);
  const d12 = (v2 - v1) / (s2 - s1);
  const d23 = (v3 - v2) / (s3 - s2);
  const d02 = (d12 - d01) / (s2 - s0);
  const d13 = (d23 - d12) / (s3 - s1);
  const d03 = (d13 - d02) / (s3 - s0);
  const value = v0 + (spend - s0) * (d01 + (spend - s1) * (d02 + (spend - s2) * d03));
  return Math.min(Math.max(value, at(row.values, knot)), at(row.values, knot + 1));
}
