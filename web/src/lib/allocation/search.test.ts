import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hullOf, rowOf, valueAt } from './hull';
import { createPlanner } from './planner';
import { refined, smoothAt } from './refine';
import { best, hold, prepare } from './search';

type Case = {
  name: string;
  table: string;
  budget: number;
  lower: number[];
  upper: number[];
  amounts: number[];
  value: number;
  upper_bound: number;
  nodes: number;
  refined: number[];
};
type Vectors = { tables: Record<string, { spends: number[]; values: number[] }[]>; cases: Case[] };

const vectors: Vectors = JSON.parse(readFileSync(join(import.meta.dirname, '../../../../tests/vectors/allocation.json'), 'utf8'));
const rowsOf = (table: string) => (vectors.tables[table] ?? []).map((row) => rowOf(row.spends, row.values));

describe('the best plan on a table', () => {
  it('has many vectors to agree on', () => expect(vectors.cases.length).toBeGreaterThanOrEqual(40));

  it.each(vectors.cases)('agrees with the server to the last bit: $name, $budget', (wanted) => {
    const answer = best(prepare(rowsOf(wanted.table), wanted.lower, wanted.upper), wanted.budget);
    expect(answer).toEqual({ amounts: wanted.amounts, value: wanted.value, upperBound: wanted.upper_bound, nodes: wanted.nodes });
    expect(refined(rowsOf(wanted.table), answer.amounts, wanted.lower, wanted.upper)).toEqual(wanted.refined);
    const planned = createPlanner(rowsOf(wanted.table))({ lower: wanted.lower, upper: wanted.upper, budget: wanted.budget });
    expect(planned).toEqual(wanted.refined);
  });

  it('is the same whether a channel was held before or is held anew', () => {
    const rows = rowsOf('mixed');
    const free = prepare(
      rows,
      rows.map(() => 0),
      rows.map(() => 4_000_000),
    );
    const held = hold(free, 1, 700_000);
    const again = hold(held, 1, 1_234_567);
    const fresh = prepare(rows, free.lower.with(1, 1_234_567), free.upper.with(1, 1_234_567));
    expect(again.order).toBe(held.order);
    expect(best(again, 6_000_000)).toEqual(best(fresh, 6_000_000));
    expect(best(again, 6_000_000).amounts[1]).toBe(1_234_567);
  });
});

describe('a row', () => {
  const row = rowOf([0, 10, 20, 20, 30, 40], [0, 1, 6, 99, 7, 7.5]);

  it('is straight between its knots, held beyond, and counts a repeated spend once', () => {
    expect(row.spends).toHaveLength(5);
    expect(valueAt(row, 15)).toBe(3.5);
    expect(valueAt(row, 99)).toBe(7.5);
  });

  it('is smooth where it is shown', () => {
    const cubic = rowOf([0, 10, 20, 30, 40], [0, 1, 8, 27, 64]);
    expect(smoothAt(cubic, 15)).toBeCloseTo(1.5 ** 3);
    expect([smoothAt(cubic, 20), smoothAt(cubic, 0), smoothAt(cubic, 99)]).toEqual([8, 0, 64]);
  });

  it('lies under a hull that knows where the row is below it', () => {
    const hull = hullOf(row, 0, 40);
    expect([...hull.spends]).toEqual([0, 20, 30, 40]);
    expect([...hull.exact]).toEqual([0, 1, 1]);
    expect([...hullOf(row, 15, 60).values]).toEqual([3.5, 6, 7, 7.5, 7.5]);
    expect(hullOf(row, 15, 15).slopes).toHaveLength(0);
  });
});
