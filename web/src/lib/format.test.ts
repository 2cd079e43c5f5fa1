import { describe, expect, it } from 'vitest';
import { addDays, daysBetween, monday, nextQuarter, weeks } from './days';
import { formatAgo, formatDay, formatDayRange, formatNumber, formatTinyPercent } from './format';

describe('numbers', () => {
  it('keeps three significant digits below 100 and none of the fraction above', () => {
    expect(formatNumber(9948.4)).toBe('9,948');
    expect(formatNumber(8.0412)).toBe('8.04');
    expect(formatNumber(0)).toBe('0');
  });

  it('never rounds a small gap to nothing and never understates it', () => {
    expect(formatTinyPercent(1e-6)).toBe('0.0001%');
    expect(formatTinyPercent(0)).toBe('0%');
    expect(formatTinyPercent(1.23e-6)).toBe('0.00013%');
    expect(formatTinyPercent(0.081)).toBe('8.1%');
  });
});

describe('days', () => {
  it('are not moved by a time zone', () => {
    expect(formatDay('2026-09-02')).toBe('Sep 2, 2026');
    expect(formatDayRange('2026-09-02', '2026-12-08').replace(/\s/g, ' ')).toBe('Sep 2 – Dec 8, 2026');
  });

  it('count over months, years and leap days', () => {
    expect(addDays('2028-02-28', 2)).toBe('2028-03-01');
    expect(daysBetween('2026-12-31', '2027-01-01')).toBe(1);
    expect(monday('2026-11-22')).toBe('2026-11-16');
    expect(weeks('2026-11-18', '2026-12-01')).toEqual(['2026-11-16', '2026-11-23', '2026-11-30']);
  });

  it('find the quarter after today', () => {
    expect(nextQuarter('2026-11-21')).toEqual({ from: '2027-01-01', to: '2027-03-31' });
    expect(nextQuarter('2026-01-01')).toEqual({ from: '2026-04-01', to: '2026-06-30' });
  });

  it('say how long ago an instant was', () => {
    const now = Date.parse('2026-11-21T12:00:00Z');
    expect(formatAgo('2026-11-21T11:57:00Z', now)).toBe('3 minutes ago');
    expect(formatAgo('2026-11-19T12:00:00Z', now)).toBe('2 days ago');
  });
});
