import { Popover } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { KeyboardEvent, PointerEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { formatDay } from '@/lib/format';
import { formatMoney, moneyOf } from '@/lib/money';
import { type Bar, type Board, endOf, place, type Row, remove, split, totalOf } from './board';
import { FlightForm } from './FlightForm';
import classes from './FlightGrid.module.css';

export type BarProps = {
  bar: Bar;
  row: Row;
  board: Board;
  color: string;
  currency: string;
  editable: boolean;
  label: string;
  /** Width of a week on the screen, in pixels. */
  cell: () => number;
  onFocus: () => void;
  onEdit: (change: (board: Board) => Board, said: string) => void;
};

/** One flight: dragged by its middle, resized by its right edge, the same by arrow keys; Enter opens its details. */
export function FlightBar(props: BarProps) {
  const { bar, row, board, color, currency, editable, label, cell, onFocus, onEdit } = props;
  const { t } = useTranslation();
  const [opened, { open, close }] = useDisclosure(false);
  const most = Math.max(1, ...row.bars.flatMap((each) => each.amounts));
  const shift = (from: number, to: number) => {
    const [first, last] = [board.weeks[from], board.weeks[to]];
    if (!first || !last || from > to) return;
    const said = t('calendar.moved', { channel: row.name, from: formatDay(first.start), to: formatDay(last.end) });
    onEdit((now) => place(now, row.channel, bar.id, from, to), said);
  };

  const drag = (edge: 'move' | 'end') => (event: PointerEvent<HTMLElement>) => {
    if (!editable || event.button !== 0) return;
    event.stopPropagation();
    onFocus();
    const element = event.currentTarget;
    element.setPointerCapture(event.pointerId);
    const [x, from, to] = [event.clientX, bar.from, endOf(bar)];
    let done = 0;
    const move = (moved: globalThis.PointerEvent) => {
      const weeks = Math.round((moved.clientX - x) / cell());
      if (weeks === done) return;
      done = weeks;
      shift(edge === 'move' ? from + weeks : from, to + weeks);
    };
    element.addEventListener('pointermove', move);
    element.addEventListener('lostpointercapture', () => element.removeEventListener('pointermove', move), { once: true });
  };

  const keys = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (event.key === 'Enter' || event.key === ' ') open();
    else if (!editable) return;
    else if (step) shift(event.shiftKey ? bar.from : bar.from + step, endOf(bar) + step);
    else if (event.key === 's')
      onEdit((now) => split(now, row.channel, bar.id, crypto.randomUUID()), t('calendar.splitDone', { channel: row.name }));
    else if (event.key === 'Delete') onEdit((now) => remove(now, row.channel, bar.id), t('calendar.removed', { channel: row.name }));
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <Popover opened={opened} onDismiss={close} position="bottom-start" trapFocus withArrow shadow="md" width={300}>
      <Popover.Target>
        <button
          type="button"
          className={classes.bar}
          aria-label={label}
          aria-haspopup="dialog"
          aria-expanded={opened}
          style={{
            insetInlineStart: `${(100 * bar.from) / board.weeks.length}%`,
            width: `calc(${(100 * bar.amounts.length) / board.weeks.length}% - 3px)`,
            borderInlineStartColor: color,
            background: `color-mix(in srgb, ${color} 8%, var(--mantine-color-body))`,
          }}
          onFocus={onFocus}
          onKeyDown={keys}
          onPointerDown={drag('move')}
          onDoubleClick={(event) => {
            event.stopPropagation();
            open();
          }}
        >
          <span className={classes.levels} style={{ color }} aria-hidden>
            {bar.amounts.map((amount, index) => (
              <span key={board.weeks[bar.from + index]?.start} style={{ height: `${(100 * amount) / most}%` }} />
            ))}
          </span>
          <span className={classes.label}>{formatMoney(moneyOf(totalOf(bar), currency), { compact: true })}</span>
          {editable && <span aria-hidden className={classes.handle} onPointerDown={drag('end')} />}
        </button>
      </Popover.Target>
      <Popover.Dropdown aria-label={label}>
        <FlightForm {...props} onClose={close} />
      </Popover.Dropdown>
    </Popover>
  );
}
