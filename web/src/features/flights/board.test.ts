import { describe, expect, it } from 'vitest';
import { add, type Board, boardOf, divide, endOf, flightsOf, fund, place, remove, reshape, split, totalOf, weekTotals } from './board';

const days = { start_date: '2026-09-02', end_date: '2026-10-04' };
const eur = (amount: string) => ({ amount, currency: 'EUR' });
const weekly = ['2026-09-02', '2026-09-07', '2026-09-14', '2026-09-21', '2026-09-28'];

function board(): Board {
  const parts = weekly.map((start, index) => ({ start_date: start, end_date: start, amount: eur(index === 0 ? '7.01' : '10.00') }));
  const flight = { start_date: days.start_date, end_date: days.end_date, budget: eur('47.01'), weekly: parts };
  return boardOf(days, [{ channel: 'tv', channel_name: 'TV', flights: [flight] }]);
}

const bars = (of: Board) => of.rows[0]?.bars ?? [];
const money = (of: Board) => bars(of).reduce((all, bar) => all + totalOf(bar), 0);

describe('the board of flights', () => {
  it('cuts the first and last week to the campaign', () => {
    expect(board().weeks[0]).toEqual({ start: '2026-09-02', end: '2026-09-06' });
    expect(board().weeks.at(-1)).toEqual({ start: '2026-09-28', end: '2026-10-04' });
    expect(weekTotals(board())).toEqual([701, 1000, 1000, 1000, 1000]);
  });

  it('keeps the sum through every change', () => {
    let now = place(board(), 'tv', 'tv-0', 1, 4);
    expect(money(now)).toBe(4701);
    now = split(now, 'tv', 'tv-0', 'b');
    expect(bars(now).map((bar) => [bar.from, endOf(bar)])).toEqual([
      [1, 2],
      [4, 4],
    ]);
    now = fund(now, 'tv', 'b', 2000);
    expect(totalOf(bars(now)[1] ?? { id: '', from: 0, amounts: [] })).toBe(2000);
    now = reshape(now, 'tv', 'tv-0', 'front');
    const [first = 0, second = 0] = bars(now)[0]?.amounts ?? [];
    expect(first).toBeGreaterThan(second);
    now = add(now, 'tv', 0, 'c');
    expect(bars(now)).toHaveLength(3);
    now = remove(now, 'tv', 'b');
    expect(bars(now)).toHaveLength(2);
    expect(money(now)).toBe(4701);
  });

  it('refuses to move a bar onto another, beyond the campaign, or away altogether', () => {
    const two = split(board(), 'tv', 'tv-0', 'b');
    expect(place(two, 'tv', 'b', 1, 3)).toBe(two);
    expect(place(two, 'tv', 'b', 3, 5)).toBe(two);
    const one = board();
    expect(remove(one, 'tv', 'tv-0')).toBe(one);
  });

  it('sends exact amounts, and a flight for every stretch with money', () => {
    const now = split(board(), 'tv', 'tv-0', 'b');
    const [tv] = flightsOf(now, 'EUR');
    expect(tv?.flights.map((flight) => [flight.start_date, flight.end_date])).toEqual([
      ['2026-09-02', '2026-09-13'],
      ['2026-09-21', '2026-10-04'],
    ]);
    const sent = tv?.flights.flatMap((flight) => flight.weekly.map((week) => Math.round(Number(week.amount.amount) * 100))) ?? [];
    expect(sent.reduce((all, amount) => all + amount, 0)).toBe(4701);
  });

  it('divides to the last minor unit', () => {
    expect(divide(100, [1, 1, 1])).toEqual([34, 33, 33]);
    expect(divide(5, [0, 0])).toEqual([3, 2]);
  });
});
