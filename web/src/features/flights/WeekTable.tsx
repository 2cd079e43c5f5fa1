import { Paper, Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Campaign } from '@/api/generated/types.gen';
import { WideTable } from '@/components/WideTable';
import { formatDay, formatDayRange } from '@/lib/format';
import { formatMoney } from '@/lib/money';
import classes from './Calendar.module.css';
import { type WeekCell, weekGrid } from './weekGrid';

/** The saved money by channel and week, as a table. */
export function WeekTable({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation();
  const { weeks, rows, totals } = weekGrid(campaign);
  const { currency } = campaign.metrics.total_budget;
  const most = Math.max(...rows.flatMap((row) => row.cells.map((cell) => cell.amount)));
  const money = (amount: number) => formatMoney({ amount: amount.toFixed(2), currency }, { compact: true });
  return (
    <Paper withBorder>
      <WideTable label={t('calendar.title')} minWidth={240 + weeks.length * 72} className={classes.grid}>
        <Table.Caption>{t('calendar.caption', { range: formatDayRange(campaign.start_date, campaign.end_date), currency })}</Table.Caption>
        <Table.Thead>
          <Table.Tr>
            <Table.Th className={classes.name}>{t('budget.channel')}</Table.Th>
            {weeks.map((week) => (
              <Table.Th key={week} ta="end">
                {formatDay(week, { day: 'numeric', month: 'short' })}
              </Table.Th>
            ))}
            <Table.Th ta="end">{t('calendar.total')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row, index) => (
            <Table.Tr key={row.channel}>
              <Table.Th scope="row" className={classes.name}>
                {row.name}
              </Table.Th>
              {row.cells.map((cell) => (
                <Cell key={cell.week} cell={cell} share={cell.amount / most} colour={index} text={money(cell.amount)} />
              ))}
              <Table.Td ta="end" fw={600}>
                {money(row.total)}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
        <Table.Tfoot>
          <Table.Tr>
            <Table.Th scope="row" className={classes.name}>
              {t('calendar.total')}
            </Table.Th>
            {totals.map((total, i) => (
              <Table.Td key={weeks[i]} ta="end" fw={600}>
                {money(total)}
              </Table.Td>
            ))}
            <Table.Td ta="end" fw={600}>
              {money(totals.reduce((sum, total) => sum + total, 0))}
            </Table.Td>
          </Table.Tr>
        </Table.Tfoot>
      </WideTable>
      <Text size="xs" c="dimmed" p="sm">
        {t('calendar.note')}
      </Text>
    </Paper>
  );
}

function Cell({ cell, share, colour, text }: { cell: WeekCell; share: number; colour: number; text: string }) {
  if (cell.amount === 0) return <Table.Td ta="end">–</Table.Td>;
  return (
    <Table.Td ta="end" className={classes.cell}>
      <span
        className={classes.bar}
        style={{ background: colour < 7 ? `var(--chart-${colour + 1})` : 'var(--chart-rest)', width: `${Math.max(4, share * 100)}%` }}
        aria-hidden
      />
      {text}
    </Table.Td>
  );
}
