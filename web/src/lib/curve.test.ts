import { describe, expect, it } from 'vitest';
import { type CurvePoint, marginalAt, niceStep, outcomeAt } from './curve';

const points: CurvePoint[] = [
  { spend: 0, mean: 0, low: 0, high: 0 },
  { spend: 100, mean: 50, low: 40, high: 60 },
  { spend: 300, mean: 90, low: 60, high: 120 },
];

describe('a response curve', () => {
  it('is linear between its points and held at its ends', () => {
    expect(outcomeAt(points, 50)).toEqual({ mean: 25, low: 20, high: 30 });
    expect(outcomeAt(points, 200)).toEqual({ mean: 70, low: 50, high: 90 });
    expect(outcomeAt(points, -5).mean).toBe(0);
    expect(outcomeAt(points, 1000).mean).toBe(90);
    expect(outcomeAt([], 10).mean).toBe(0);
  });

  it('tells what the next step brings', () => {
    expect(marginalAt(points, 0, 100)).toBe(50);
    expect(marginalAt(points, 100, 100)).toBe(20);
    expect(marginalAt(points, 300, 100)).toBe(0);
  });

  it('has round steps of about a hundredth', () => {
    expect(niceStep(40_000)).toBe(500);
    expect(niceStep(120_000)).toBe(2000);
    expect(niceStep(10)).toBe(1);
  });
});
