import { expect, it } from 'vitest';
import { addDraws, drawOutcomes, quantile, within } from './draws';

const draws = { scale: [10, 20], half: [100, 100], slope: [1, 2] };

it('draws bring what their curves say, over where others left off', () => {
  expect(drawOutcomes(draws, 100)).toEqual([5, 10]);
  expect(drawOutcomes(draws, 0)).toEqual([0, 0]);
  const [first, second] = drawOutcomes(draws, 300, 100);
  expect(first).toBeCloseTo(2.5);
  expect(second).toBeCloseTo(8);
});

it('an interval is that of the draws and holds the mean', () => {
  const numbers = Array.from({ length: 101 }, (_, i) => 100 - i);
  expect(quantile(numbers, 0.05)).toBe(5);
  expect(quantile([1, 2], 0.5)).toBe(1.5);
  expect(within(50, numbers)).toEqual({ mean: 50, low: 5, high: 95 });
  expect(within(2, numbers).low).toBe(2);
});

it('totals add draw by draw: what moves against each other cancels', () => {
  expect(
    addDraws([
      [1, 5],
      [5, 1],
    ]),
  ).toEqual([6, 6]);
  expect(addDraws([])).toEqual([]);
});
