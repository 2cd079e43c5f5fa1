import { expect, it } from 'vitest';
import { weekGrid } from './weekGrid';

const eur = (amount: string) => ({ amount, currency: 'EUR' });
const week = (start_date: string, end_date: string, amount: string) => ({ start_date, end_date, amount: eur(amount) });

it('adds the parts of all flights up by calendar week, and keeps weeks without spend', () => {
  const grid = weekGrid({
    start_date: '2026-11-18',
    end_date: '2026-12-06',
    channel_strategies: [
      {
        channel: 'search',
        channel_name: 'Search',
        flights: [
          { start_date: '2026-11-18', end_date: '2026-11-22', budget: eur('10.00'), weekly: [week('2026-11-18', '2026-11-22', '10.00')] },
          { start_date: '2026-12-01', end_date: '2026-12-06', budget: eur('5.50'), weekly: [week('2026-12-01', '2026-12-06', '5.50')] },
        ],
      },
    ],
  });
  expect(grid.weeks).toEqual(['2026-11-16', '2026-11-23', '2026-11-30']);
  expect(grid.rows[0]?.cells.map((cell) => cell.amount)).toEqual([10, 0, 5.5]);
  expect(grid.totals).toEqual([10, 0, 5.5]);
  expect(weekGrid({ start_date: '2026-11-18', end_date: '2026-12-06', channel_strategies: [] }).weeks).toEqual([]);
});
