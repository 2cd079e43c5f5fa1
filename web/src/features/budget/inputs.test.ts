import { describe, expect, it } from 'vitest';
import { allocationBody, channelProblems, hasLocks, type Inputs, sameInputs, withChannel, withoutLocks } from './inputs';

const inputs: Inputs = { total: 80000, channels: { search: { lock: 17000.1 }, social: { minimum: 500, maximum: 9000 }, email: {} } };

describe('budget inputs', () => {
  it('are sent as exact money, only where something is limited', () => {
    expect(allocationBody(inputs, 'EUR')).toEqual({
      total_budget: { amount: '80000.00', currency: 'EUR' },
      limits: [
        { channel: 'search', lock: { amount: '17000.10', currency: 'EUR' } },
        { channel: 'social', minimum: { amount: '500.00', currency: 'EUR' }, maximum: { amount: '9000.00', currency: 'EUR' } },
      ],
    });
  });

  it('round binary fractions to the coin', () => {
    const body = allocationBody({ total: 0.1 + 0.2, channels: {} }, 'EUR');
    expect(body.total_budget?.amount).toBe('0.30');
  });

  it('lead messages about limits back to their channels', () => {
    expect(channelProblems({ 'limits.1': 'too low', total_budget: 'x', 'limits.9': 'y' }, inputs, 'EUR')).toEqual({ social: 'too low' });
  });

  it('lock one channel without touching the others, and free all', () => {
    const locked = withChannel(inputs, 'email', { lock: 100 });
    expect(locked.channels.email).toEqual({ lock: 100 });
    expect(locked.channels.social).toBe(inputs.channels.social);
    expect(hasLocks(withoutLocks(locked))).toBe(false);
    expect(sameInputs(inputs, locked, 'EUR')).toBe(false);
    expect(sameInputs(inputs, { ...inputs }, 'EUR')).toBe(true);
  });
});
