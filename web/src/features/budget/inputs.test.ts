import { describe, expect, it } from 'vitest';
import {
  allocationBody,
  channelProblems,
  hasPins,
  type Inputs,
  isLive,
  MOST_OUTCOME,
  sameInputs,
  withChannel,
  withoutLocks,
  withoutPins,
} from './inputs';

const inputs: Inputs = {
  total: 80000,
  goal: MOST_OUTCOME,
  groups: [],
  channels: { search: { lock: 17000.1 }, social: { minimum: 500, maximum: 9000 }, email: {} },
};

describe('budget inputs', () => {
  it('are sent as exact money, only where something is limited', () => {
    expect(allocationBody(inputs, 'EUR')).toEqual({
      total_budget: { amount: '80000.00', currency: 'EUR' },
      limits: [
        { channel: 'search', lock: { amount: '17000.10', currency: 'EUR' } },
        { channel: 'social', minimum: { amount: '500.00', currency: 'EUR' }, maximum: { amount: '9000.00', currency: 'EUR' } },
      ],
      goal: MOST_OUTCOME,
      groups: [],
    });
  });

  it('round binary fractions to the coin', () => {
    const body = allocationBody({ ...inputs, total: 0.1 + 0.2 }, 'EUR');
    expect(body.total_budget.amount).toBe('0.30');
  });

  it('lead messages about limits back to their channels', () => {
    expect(channelProblems({ 'limits.1': 'too low', total_budget: 'x', 'limits.9': 'y' }, inputs, 'EUR')).toEqual({ social: 'too low' });
  });

  it('lock one channel without touching the others', () => {
    const locked = withChannel(inputs, 'email', { lock: 100 });
    expect(locked.channels.email).toEqual({ lock: 100 });
    expect(locked.channels.social).toBe(inputs.channels.social);
    expect(sameInputs(inputs, locked, 'EUR')).toBe(false);
    expect(sameInputs(inputs, { ...inputs }, 'EUR')).toBe(true);
  });

  it('free what was only moved and keep what was locked', () => {
    const moved = withChannel(inputs, 'email', { lock: 100, pinned: true });
    expect([hasPins(inputs), hasPins(moved)]).toEqual([false, true]);
    expect(withoutPins(moved).channels.email?.lock).toBeUndefined();
    expect(withoutPins(moved).channels.search?.lock).toBe(17000.1);
    expect(withoutLocks(moved).channels.search?.lock).toBeUndefined();
  });

  it('are planned by the page only for the goal its table knows', () => {
    expect(isLive(inputs)).toBe(true);
    expect(isLive({ ...inputs, goal: { ...MOST_OUTCOME, risk: 'cvar' } })).toBe(false);
    expect(isLive({ ...inputs, goal: { ...MOST_OUTCOME, kind: 'least_spend', outcome: 10 } })).toBe(false);
    expect(isLive({ ...inputs, groups: [{ name: 'Video', channels: ['search'], maximum_share: 0.4 }] })).toBe(false);
  });
});
