import { Button, Group, Select, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { MoneyInput } from '@/components/MoneyInput';
import { formatDay } from '@/lib/format';
import { fromMinor, toMinor } from '@/lib/money';
import { type Board, endOf, fund, place, remove, reshape, SPREADS, type Spread, split, totalOf } from './board';
import type { BarProps } from './FlightBar';

/** Dates, money and spread of one flight: all that dragging does, and what it cannot do. */
export function FlightForm({ bar, row, board, currency, editable, onEdit, onClose }: BarProps & { onClose: () => void }) {
  const { t } = useTranslation();
  const [amount, setAmount] = useState<number | string>(fromMinor(totalOf(bar), currency));
  const alone = row.bars.length === 1;
  const change = (next: (now: Board) => Board) => onEdit(next, t('calendar.changed', { channel: row.name }));
  const put = (from: number, to: number) => change((now) => place(now, row.channel, bar.id, from, to));
  const settle = () => {
    const total = toMinor(String(amount), currency);
    if (total !== undefined && total !== totalOf(bar)) change((now) => fund(now, row.channel, bar.id, total));
  };
  const leave = (next: (now: Board) => Board) => () => {
    change(next);
    onClose();
  };
  return (
    <Stack gap="xs">
      <Select
        label={t('calendar.first')}
        disabled={!editable}
        comboboxProps={{ withinPortal: false }}
        data={board.weeks.slice(0, endOf(bar) + 1).map((week, index) => ({ value: String(index), label: formatDay(week.start) }))}
        value={String(bar.from)}
        onChange={(week) => put(Number(week), endOf(bar))}
      />
      <Select
        label={t('calendar.last')}
        disabled={!editable}
        comboboxProps={{ withinPortal: false }}
        data={board.weeks.slice(bar.from).map((week, index) => ({ value: String(bar.from + index), label: formatDay(week.end) }))}
        value={String(endOf(bar))}
        onChange={(week) => put(bar.from, Number(week))}
      />
      <MoneyInput
        label={t('calendar.amount')}
        currency={currency}
        disabled={!editable || alone}
        value={amount}
        onChange={setAmount}
        onBlur={settle}
        onKeyDown={(event) => event.key === 'Enter' && settle()}
      />
      <Text size="xs" c="dimmed">
        {t(alone ? 'calendar.alone' : 'calendar.shared')}
      </Text>
      <Select
        label={t('calendar.spread')}
        placeholder={t('calendar.spreadHint')}
        disabled={!editable}
        comboboxProps={{ withinPortal: false }}
        data={SPREADS.map((value) => ({ value, label: t(`calendar.spreads.${value}`) }))}
        value={null}
        onChange={(value) => value && change((now) => reshape(now, row.channel, bar.id, value as Spread))}
      />
      <Group justify="space-between" mt="xs">
        <Button
          size="compact-sm"
          variant="default"
          disabled={!editable || bar.amounts.length < 3}
          onClick={leave((now) => split(now, row.channel, bar.id, crypto.randomUUID()))}
        >
          {t('calendar.split')}
        </Button>
        <Button size="compact-sm" variant="subtle" disabled={!editable || alone} onClick={leave((now) => remove(now, row.channel, bar.id))}>
          {t('common.delete')}
        </Button>
        <Button size="compact-sm" onClick={onClose}>
          {t('common.close')}
        </Button>
      </Group>
    </Stack>
  );
}
