import { describe, expect, it } from 'vitest';
import { formatCost, formatMoney, fromMinor, moneyMarks, toMinor } from './money';

describe('money', () => {
  it('turns decimal strings into minor units of the currency', () => {
    expect(toMinor('1,234.5', 'EUR')).toBe(123_450);
    expect(toMinor('0.07', 'USD')).toBe(7);
    expect(toMinor('500', 'JPY')).toBe(500);
    expect(toMinor('-3.20', 'EUR')).toBe(-320);
  });

  it('refuses what is not an amount in the currency', () => {
    for (const text of ['', 'ten', '1.234', '1e5', '--2', '99999999999999999']) expect(toMinor(text, 'EUR')).toBeUndefined();
    expect(toMinor('5.5', 'JPY')).toBeUndefined();
  });

  it('returns the same amount after a round trip', () => {
    for (const minor of [0, 5, 10, 99, 100, 123_456_789, -1]) expect(toMinor(fromMinor(minor, 'EUR'), 'EUR')).toBe(minor);
    expect(fromMinor(-5, 'EUR')).toBe('-0.05');
    expect(fromMinor(5, 'JPY')).toBe('5');
  });

  it('shows cents only where they matter', () => {
    expect(formatMoney({ amount: '80000.00', currency: 'EUR' })).toBe('€80,000');
    expect(formatMoney({ amount: '8.04', currency: 'EUR' })).toBe('€8.04');
    expect(formatMoney({ amount: '80000.10', currency: 'EUR' }, { exact: true })).toBe('€80,000.10');
  });

  it('writes amounts in fields as they are written for reading', () => {
    expect(moneyMarks('EUR')).toEqual({ prefix: '€', thousandSeparator: ',', decimalSeparator: '.' });
    expect(moneyMarks('JPY')).toMatchObject({ prefix: '¥' });
    expect(moneyMarks('CHF')).toMatchObject({ prefix: 'CHF\u00a0' });
  });

  it('shows the cost of a call however small it is', () => {
    expect(formatCost('0.000123')).toBe('$0.00012');
    expect(formatCost('12.5')).toBe('$12.50');
    expect(formatCost('0')).toBe('$0.00');
  });
});
