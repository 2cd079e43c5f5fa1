import { describe, expect, it } from 'vitest';
import type { Curves } from '@/api/generated/types.gen';
import { createPlanner } from '@/lib/allocation/planner';
import { type Inputs, MOST_OUTCOME, withChannel } from './inputs';
import { limitsOf } from './limits';
import { liveOf, meanOfPlan } from './live';
import { modelOf, outcomeOf, outcomeOfPlan } from './model';

const euros = (amount: string) => ({ amount, currency: 'EUR' });

function curve(channel: string, most: number, extra: Partial<Curves['channels'][number]> = {}): Curves['channels'][number] {
  const spend = Array.from({ length: 101 }, (_, i) => i * 100);
  const mean = spend.map((at) => (most * at) / (at + 1000));
  return {
    channel,
    channel_name: channel,
    quality: 'measured',
    quality_reason: '',
    seen_max: 2000,
    spend_seen: 2000,
    spend: [0, 5000, 10_000],
    mean: [],
    low: [],
    high: [],
    table: { spend, mean },
    draws: { scale: [most * 0.9, most, most * 1.1], half: [1000, 1000, 1000], slope: [1, 1, 1] },
    usual_maximum: euros('3000.00'),
    committed: euros('0.00'),
    ...extra,
  };
}

const curves: Curves = { currency: 'EUR', minor_per_unit: 100, channels: [curve('search', 100), curve('social', 50)] };
const inputs: Inputs = { total: 4000, goal: MOST_OUTCOME, groups: [], channels: { search: {}, social: {} } };
const solve = (wanted: Inputs, given: Curves = curves) => {
  const model = modelOf(given, 400_000);
  return liveOf(model, createPlanner(model.rows), wanted);
};

describe('the page as a planner', () => {
  it('spends the whole budget where it brings most, inside what is trusted', () => {
    const { amounts, limits } = solve(inputs);
    expect(limits.upper).toEqual([300_000, 300_000]);
    expect((amounts ?? []).reduce((a, b) => a + b, 0)).toBe(400_000);
    expect(amounts?.[0]).toBeGreaterThan(amounts?.[1] ?? 0);
  });

  it('keeps a held channel and moves the rest', () => {
    expect(solve(withChannel(inputs, 'search', { lock: 1234.56 })).amounts).toEqual([123_456, 276_544]);
  });

  it('trusts what was seen, and the whole budget where caps cannot hold it', () => {
    const model = modelOf(curves, 400_000);
    expect(limitsOf(model, { ...inputs, total: 7000 }).upper).toEqual([700_000, 700_000]);
    expect(limitsOf(model, { ...inputs, total: 2000 }).upper).toEqual([200_000, 200_000]);
    expect(limitsOf(model, withChannel(inputs, 'social', { minimum: 3500 })).upper[1]).toBe(350_000);
  });

  it('names who is at fault when limits cannot be met', () => {
    const crossed = withChannel(inputs, 'social', { minimum: 500, maximum: 400 });
    expect(solve(crossed).fault).toEqual({ kind: 'crossed', channels: ['social'] });
    const heavy = withChannel(withChannel(inputs, 'social', { minimum: 3000 }), 'search', { lock: 1001 });
    expect(solve(heavy).fault).toEqual({ kind: 'minimums', channels: ['search', 'social'], least: 400_100, budget: 400_000 });
    expect(solve({ ...inputs, total: 0 }).fault?.kind).toBe('noTotal');
  });

  it('leaves other goals to the server', () => {
    expect(solve({ ...inputs, goal: { ...MOST_OUTCOME, risk: 'cvar' } })).toMatchObject({ amounts: undefined, fault: undefined });
  });

  it('starts above what other campaigns spend', () => {
    const busy: Curves = { ...curves, channels: [curve('search', 100, { committed: euros('2000.00') }), curve('social', 50)] };
    const free = solve(inputs).amounts ?? [];
    const second = solve(inputs, busy).amounts ?? [];
    expect(second.reduce((a, b) => a + b, 0)).toBe(400_000);
    expect(second[0]).toBeLessThan(free[0] ?? 0);
    const [search] = modelOf(busy, 400_000).channels;
    if (!search) throw new Error('There is no such channel.');
    expect(outcomeOf(search, 0, 100)).toEqual({ mean: 0, low: 0, high: 0 });
    expect(outcomeOf(search, 100_000, 100).mean).toBeCloseTo(75 - 200 / 3);
  });
});

describe('outcomes', () => {
  const model = modelOf(curves, 400_000);

  it('have the interval of the draws added up', () => {
    const total = outcomeOfPlan(model, [100_000, 100_000]);
    expect(total.mean).toBeCloseTo(75);
    expect(total.low).toBeCloseTo(75 * 0.91);
    expect(total.high).toBeCloseTo(75 * 1.09);
    expect(meanOfPlan(model, [100_000, 0])).toBeCloseTo(50);
  });

  it('draw curves from nothing to the end of the chart', () => {
    const { points } = model.channels[0] ?? { points: [] };
    expect(points[0]).toEqual({ spend: 0, mean: 0, low: 0, high: 0 });
    expect(points.at(-1)?.spend).toBe(10_000);
  });
});
