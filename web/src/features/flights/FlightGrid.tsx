import { Text, VisuallyHidden } from '@mantine/core';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { channelColor } from '@/charts/channelColor';
import { formatDay } from '@/lib/format';
import { formatMoney, moneyOf } from '@/lib/money';
import { add, type Board, endOf, totalOf, weekTotals } from './board';
import { FlightBar } from './FlightBar';
import classes from './FlightGrid.module.css';
import type { Flights } from './useFlights';

const CELL = 52;

type Props = { flights: Flights; editable: boolean; chosen: string; onChoose: (channel: string) => void };

/** Channels by week: every flight is a bar to drag, resize, or change by keys; the foot sums the weeks. */
export function FlightGrid({ flights, editable, chosen, onChoose }: Props) {
  const { t } = useTranslation();
  const [said, say] = useState('');
  const track = useRef<HTMLDivElement>(null);
  const { board } = flights.draft;
  const { currency } = flights;
  const totals = weekTotals(board);
  const most = Math.max(1, ...totals);
  const money = (minor: number) => formatMoney(moneyOf(minor, currency), { compact: true });
  const edit = (change: (board: Board) => Board, words: string) => {
    flights.edit(change);
    say(words);
  };
  return (
    <section className={classes.scroll} aria-label={t('calendar.title')}>
      {/* The grid is as wide as its weeks need, and scrolls in its own box. */}
      <div style={{ minWidth: `calc(140px + ${board.weeks.length * CELL}px)` }}>
        <div className={classes.row}>
          <span className={classes.name} />
          <div className={classes.weeks} ref={track} aria-hidden>
            {board.weeks.map((week) => (
              <span key={week.start}>{formatDay(week.start, { day: 'numeric', month: 'short' })}</span>
            ))}
          </div>
        </div>
        {board.rows.map((row, index) => (
          <div key={row.channel} className={classes.row} data-chosen={row.channel === chosen || undefined}>
            <Text size="sm" className={classes.name}>
              {row.name}
            </Text>
            {/* biome-ignore lint/a11y/noStaticElementInteractions: every click here has a key, and a button above the grid */}
            <div
              className={classes.track}
              onPointerDown={() => onChoose(row.channel)}
              onDoubleClick={(event) => {
                if (!editable) return;
                const box = event.currentTarget.getBoundingClientRect();
                const week = Math.floor(((event.clientX - box.left) / box.width) * board.weeks.length);
                edit((now) => add(now, row.channel, week, crypto.randomUUID()), t('calendar.added', { channel: row.name }));
              }}
            >
              {row.bars.map((bar) => (
                <FlightBar
                  key={bar.id}
                  bar={bar}
                  row={row}
                  board={board}
                  color={channelColor(index)}
                  currency={currency}
                  editable={editable}
                  cell={() => (track.current?.clientWidth ?? 1) / board.weeks.length}
                  onFocus={() => onChoose(row.channel)}
                  onEdit={edit}
                  label={t('calendar.bar', {
                    channel: row.name,
                    from: formatDay(board.weeks[bar.from]?.start ?? ''),
                    to: formatDay(board.weeks[endOf(bar)]?.end ?? ''),
                    amount: money(totalOf(bar)),
                  })}
                />
              ))}
            </div>
          </div>
        ))}
        <div className={classes.row}>
          <Text size="sm" className={classes.name}>
            {t('calendar.total')}
          </Text>
          <div className={classes.weeks}>
            {totals.map((total, index) => (
              <span key={board.weeks[index]?.start}>
                <span className={classes.level} style={{ height: `${(28 * total) / most}px` }} aria-hidden />
                {money(total)}
              </span>
            ))}
          </div>
        </div>
      </div>
      <VisuallyHidden role="status">{said}</VisuallyHidden>
    </section>
  );
}
