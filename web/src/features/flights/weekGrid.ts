import type { Campaign } from '@/api/generated/types.gen';
import { monday, weeks as weeksOf } from '@/lib/days';

export type WeekCell = { week: string; amount: number };
type Row = { channel: string; name: string; cells: WeekCell[]; total: number };
type Plan = Pick<Campaign['channel_strategies'][number], 'channel' | 'channel_name' | 'flights'>;

/** Spend of each channel by calendar week (named by its Monday), in major units, with the totals of the weeks. */
export function weekGrid(campaign: { start_date: string; end_date: string; channel_strategies: readonly Plan[] }) {
  const flights = campaign.channel_strategies.flatMap((plan) => plan.flights);
  const weeks = flights.length > 0 ? weeksOf(campaign.start_date, campaign.end_date) : [];
  const rows: Row[] = campaign.channel_strategies.map((plan) => {
    const spent = new Map<string, number>();
    for (const flight of plan.flights)
      for (const part of flight.weekly) {
        const week = monday(part.start_date);
        spent.set(week, (spent.get(week) ?? 0) + Number(part.amount.amount));
      }
    const cells = weeks.map((week) => ({ week, amount: spent.get(week) ?? 0 }));
    return { channel: plan.channel, name: plan.channel_name, cells, total: cells.reduce((sum, cell) => sum + cell.amount, 0) };
  });
  const totals = weeks.map((_, i) => rows.reduce((sum, row) => sum + (row.cells[i]?.amount ?? 0), 0));
  return { weeks, rows, totals };
}
