import { Anchor, Badge, Button, Paper, Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { DecisionSummary } from '@/api/generated/types.gen';
import { WideTable } from '@/components/WideTable';
import { formatDuration, formatInstant, formatNumber, formatPercent } from '@/lib/format';
import { formatCost } from '@/lib/money';
import { stepWords } from './stepWords';

export type RunRows = { run: string | null; rows: DecisionSummary[] };

/** Rows one after the other that belong to the same run. */
export function byRun(rows: readonly DecisionSummary[]): RunRows[] {
  const groups: RunRows[] = [];
  for (const row of rows) {
    const last = groups.at(-1);
    if (last && last.run === row.run_id) last.rows.push(row);
    else groups.push({ run: row.run_id, rows: [row] });
  }
  return groups;
}

const OUTCOME_COLOR = { accepted: 'green', edited: 'yellow', rejected: 'red', open: 'gray' } as const;

/** What became of a proposal, as a colour and always the word. */
export function OutcomeBadge({ outcome }: { outcome: NonNullable<DecisionSummary['outcome']> }) {
  const { t } = useTranslation();
  return (
    <Badge variant="light" color={OUTCOME_COLOR[outcome]} tt="none" miw="max-content">
      {t(`decisions.outcome.${outcome}`)}
    </Badge>
  );
}

type Props = { groups: readonly RunRows[]; onRun: (run: string) => void };

/** The ledger as a table, its rows under the runs they belong to. */
export function DecisionTable({ groups, onRun }: Props) {
  const { t } = useTranslation();
  return (
    <Paper withBorder>
      <WideTable label={t('nav.decisions')} minWidth={900} verticalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th miw={320}>{t('decisions.summary')}</Table.Th>
            <Table.Th>{t('decisions.outcomeHead')}</Table.Th>
            <Table.Th>{t('decisions.by')}</Table.Th>
            <Table.Th ta="end">{t('decisions.tokens')}</Table.Th>
            <Table.Th ta="end">{t('decisions.cost')}</Table.Th>
            <Table.Th ta="end">{t('decisions.took')}</Table.Th>
            <Table.Th ta="end">{t('decisions.supported')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        {groups.map((group) => (
          <Table.Tbody key={`${group.run}-${group.rows[0]?.id}`}>
            {group.run && (
              <Table.Tr>
                <Table.Th colSpan={7} scope="rowgroup">
                  <Button size="compact-xs" variant="subtle" onClick={() => onRun(group.run ?? '')}>
                    {t('decisions.run', {
                      name: group.rows[0]?.campaign_name || group.run.slice(0, 8),
                      count: group.rows.length,
                    })}
                  </Button>
                </Table.Th>
              </Table.Tr>
            )}
            {group.rows.map((row) => (
              <Row key={row.id} row={row} />
            ))}
          </Table.Tbody>
        ))}
      </WideTable>
    </Paper>
  );
}

function Row({ row }: { row: DecisionSummary }) {
  const { t } = useTranslation();
  return (
    <Table.Tr data-row>
      <Table.Td>
        <Anchor component={Link} to={`/decisions/${row.id}`} size="sm" lineClamp={2}>
          {row.summary}
        </Anchor>
        <Text size="xs" c="dimmed">
          {[stepWords(row.step), formatInstant(row.decided_at)].join(' · ')}
        </Text>
      </Table.Td>
      <Table.Td>{row.outcome && <OutcomeBadge outcome={row.outcome} />}</Table.Td>
      <Table.Td>
        {row.model_answered || row.model || t(`decisions.author.${row.author}`)}
        {row.fallback_reason && (
          <Badge variant="light" color="yellow" tt="none" ml={6}>
            {t('decisions.fellBack')}
          </Badge>
        )}
      </Table.Td>
      <Table.Td ta="end">{row.tokens > 0 ? formatNumber(row.tokens) : ''}</Table.Td>
      <Table.Td ta="end">{Number(row.cost) > 0 ? formatCost(row.cost) : ''}</Table.Td>
      <Table.Td ta="end">{row.latency_ms > 0 ? formatDuration(row.latency_ms) : ''}</Table.Td>
      <Table.Td ta="end">{row.supported_share === null ? '' : formatPercent(row.supported_share)}</Table.Td>
    </Table.Tr>
  );
}
