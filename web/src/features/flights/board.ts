import type { Campaign, ChannelFlights, ChannelFlightsInput } from '@/api/generated/types.gen';
import { addDays, daysBetween, weeks as weeksOf } from '@/lib/days';
import { fromMinor, toMinor } from '@/lib/money';

export const SPREADS = ['even', 'front', 'back'] as const;
export type Spread = (typeof SPREADS)[number];

/** A bar of the board: a channel running from one week to another. amounts: integer minor units of each of its weeks. */
export type Bar = { id: string; from: number; amounts: readonly number[] };
export type Row = { channel: string; name: string; bars: readonly Bar[] };

/** The weeks of a campaign (cut to its days) and what runs in them. Operations keep every channel's sum. */
export type Board = { weeks: readonly { start: string; end: string }[]; rows: readonly Row[] };

type Planned = Pick<ChannelFlights, 'channel' | 'channel_name' | 'flights'>;
type Days = Pick<Campaign, 'start_date' | 'end_date'>;

const sum = (amounts: readonly number[]) => amounts.reduce((total, amount) => total + amount, 0);
const later = (a: string, b: string) => (a > b ? a : b);
const earlier = (a: string, b: string) => (a < b ? a : b);

export const totalOf = (bar: Bar): number => sum(bar.amounts);
export const endOf = (bar: Bar): number => bar.from + bar.amounts.length - 1;

/** The board of planned flights. */
export function boardOf({ start_date, end_date }: Days, planned: readonly Planned[]): Board {
  const mondays = weeksOf(start_date, end_date);
  const weeks = mondays.map((day) => ({ start: later(day, start_date), end: earlier(addDays(day, 6), end_date) }));
  const place = new Map(weeks.map((week, index) => [week.start, index]));
  const rows = planned.map(({ channel, channel_name, flights }) => ({
    channel,
    name: channel_name,
    bars: flights.flatMap((flight, index) => {
      const from = place.get(flight.weekly[0]?.start_date ?? '');
      if (from === undefined) return [];
      const last = place.get(flight.weekly.at(-1)?.start_date ?? '') ?? from;
      const amounts = Array.from({ length: last - from + 1 }, () => 0);
      for (const part of flight.weekly) {
        const at = place.get(part.start_date);
        if (at !== undefined) amounts[at - from] = toMinor(part.amount.amount, part.amount.currency) ?? 0;
      }
      return [{ id: `${channel}-${index}`, from, amounts }];
    }),
  }));
  return { weeks, rows };
}

/** `total` in whole minor units over `weights`: largest remainders, earlier weeks first where they are equal. */
export function divide(total: number, weights: readonly number[]): number[] {
  const all = sum(weights);
  const exact = weights.map((weight) => (all > 0 ? (total * weight) / all : total / weights.length));
  const amounts = exact.map(Math.floor);
  const order = exact.map((value, index) => [value - Math.floor(value), index] as const).sort((a, b) => b[0] - a[0] || a[1] - b[1]);
  for (const [, index] of order.slice(0, total - sum(amounts))) amounts[index] = (amounts[index] ?? 0) + 1;
  return amounts;
}

const shape = (spread: Spread, place: number, count: number) =>
  spread === 'even' ? 1 : spread === 'front' ? 2 - place / Math.max(1, count - 1) : 1 + place / Math.max(1, count - 1);

/** `total` over the weeks from `from` to `to`, by their days. */
function spreadOver(board: Board, total: number, from: number, to: number, spread: Spread = 'even'): number[] {
  const weeks = board.weeks.slice(from, to + 1);
  return divide(
    total,
    weeks.map((week, place) => (daysBetween(week.start, week.end) + 1) * shape(spread, place, weeks.length)),
  );
}

/** The same board when nothing changes, so that it is no step to undo. */
function withBars(board: Board, channel: string, change: (bars: readonly Bar[]) => readonly Bar[]): Board {
  const old = board.rows.find((row) => row.channel === channel)?.bars ?? [];
  const bars = change(old);
  return bars === old ? board : { ...board, rows: board.rows.map((row) => (row.channel === channel ? { ...row, bars } : row)) };
}

const free = (bars: readonly Bar[], bar: Bar) =>
  bars.every((other) => other.id === bar.id || endOf(other) < bar.from || other.from > endOf(bar));

/** The bar placed from week `from` to week `to`; the board as it was when another bar of the channel is in the way. */
export function place(board: Board, channel: string, id: string, from: number, to: number): Board {
  const last = board.weeks.length - 1;
  if (from < 0 || to > last || from > to) return board;
  return withBars(board, channel, (bars) => {
    const old = bars.find((bar) => bar.id === id);
    if (!old || (old.from === from && endOf(old) === to)) return bars;
    const moved = to - from + 1 === old.amounts.length;
    const bar = { ...old, from, amounts: moved ? old.amounts : spreadOver(board, totalOf(old), from, to) };
    return free(bars, bar) ? bars.map((each) => (each.id === id ? bar : each)) : bars;
  });
}

/** The money inside one bar, spread anew. */
export const reshape = (board: Board, channel: string, id: string, spread: Spread): Board =>
  withBars(board, channel, (bars) =>
    bars.map((bar) => (bar.id === id ? { ...bar, amounts: spreadOver(board, totalOf(bar), bar.from, endOf(bar), spread) } : bar)),
  );

/** A new bar in a free week; it takes a week's worth of money from the channel's largest. */
export function add(board: Board, channel: string, week: number, id: string): Board {
  return withBars(board, channel, (bars) => {
    const largest = bars.reduce<Bar | undefined>((best, bar) => (best && totalOf(best) >= totalOf(bar) ? best : bar), undefined);
    const fresh = { id, from: week, amounts: [0] };
    if (!largest || !free(bars, fresh) || !board.weeks[week]) return bars;
    const worth = Math.floor(totalOf(largest) / (largest.amounts.length + 1));
    const rest = spreadOver(board, totalOf(largest) - worth, largest.from, endOf(largest));
    return [...bars.map((bar) => (bar === largest ? { ...bar, amounts: rest } : bar)), { ...fresh, amounts: [worth] }];
  });
}

/** A week without money in the middle of a bar: two bars with the same money. */
export function split(board: Board, channel: string, id: string, fresh: string): Board {
  return withBars(board, channel, (bars) =>
    bars.flatMap((bar) => {
      const count = bar.amounts.length;
      if (bar.id !== id || count < 3) return [bar];
      const middle = bar.from + Math.floor(count / 2);
      const ends = [bar.from, middle - 1, middle + 1, endOf(bar)] as const;
      const [first = 0, second = 0] = divide(totalOf(bar), [ends[1] - ends[0] + 1, ends[3] - ends[2] + 1]);
      return [
        { ...bar, amounts: spreadOver(board, first, ends[0], ends[1]) },
        { id: fresh, from: ends[2], amounts: spreadOver(board, second, ends[2], ends[3]) },
      ];
    }),
  );
}

/** The bar's money set to `total`; what it gives or takes goes evenly over the channel's other bars. */
export function fund(board: Board, channel: string, id: string, total: number): Board {
  return withBars(board, channel, (bars) => {
    const others = bars.filter((bar) => bar.id !== id);
    const all = sum(bars.map(totalOf));
    if (others.length === 0 || total < 0 || total > all) return bars;
    const parts = divide(all - total, others.map(totalOf));
    return bars.map((bar) => {
      const money = bar.id === id ? total : (parts[others.indexOf(bar)] ?? 0);
      return { ...bar, amounts: spreadOver(board, money, bar.from, endOf(bar)) };
    });
  });
}

/** Without the bar; its money goes to the channel's other bars. The last bar of a channel stays. */
export function remove(board: Board, channel: string, id: string): Board {
  const emptied = fund(board, channel, id, 0);
  return withBars(emptied, channel, (bars) => (bars.length > 1 ? bars.filter((bar) => bar.id !== id) : bars));
}

/** Money of every week over all channels. */
export const weekTotals = (board: Board): number[] =>
  board.weeks.map((_, week) => sum(board.rows.flatMap((row) => row.bars.map((bar) => bar.amounts[week - bar.from] ?? 0))));

/** What the server keeps: weeks without money are left out, and end the flight. */
export function flightsOf(board: Board, currency: string): ChannelFlightsInput[] {
  return board.rows.map((row) => ({
    channel: row.channel,
    flights: [...row.bars]
      .sort((a, b) => a.from - b.from)
      .flatMap((bar) => runs(bar))
      .map((bar) => ({
        start_date: board.weeks[bar.from]?.start ?? '',
        end_date: board.weeks[endOf(bar)]?.end ?? '',
        weekly: bar.amounts.map((amount, index) => ({
          start_date: board.weeks[bar.from + index]?.start ?? '',
          end_date: board.weeks[bar.from + index]?.end ?? '',
          amount: { amount: fromMinor(amount, currency), currency },
        })),
      })),
  }));
}

function runs(bar: Bar): Bar[] {
  const found: Bar[] = [];
  bar.amounts.forEach((amount, index) => {
    const last = found.at(-1);
    if (amount <= 0) return;
    if (last && endOf(last) === bar.from + index - 1) found[found.length - 1] = { ...last, amounts: [...last.amounts, amount] };
    else found.push({ ...bar, from: bar.from + index, amounts: [amount] });
  });
  return found;
}
