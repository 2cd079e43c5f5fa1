import { Paper, Table, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Usage } from '@/api/generated/types.gen';
import { WideTable } from '@/components/WideTable';
import { formatDuration, formatNumber } from '@/lib/format';
import { formatCost } from '@/lib/money';

/** The calls of the days shown, by step, model and person. */
export function UsageTables({ usage }: { usage: Usage }) {
  const { t } = useTranslation();
  return (
    <>
      <UsageTable
        title={t('limits.bySteps')}
        heads={[t('ai.step'), t('limits.calls'), t('limits.failedHead'), t('limits.took'), t('limits.cost')]}
        rows={usage.steps.map((row) => ({
          key: row.step,
          cells: [row.label, formatNumber(row.calls), formatNumber(row.failed), formatDuration(row.latency_ms), formatCost(row.cost)],
        }))}
      />
      <UsageTable
        title={t('limits.byModels')}
        heads={[t('ai.model'), t('limits.calls'), t('limits.failedHead'), t('limits.tokens'), t('limits.cost')]}
        rows={usage.models.map((row) => ({
          key: `${row.provider}/${row.model}`,
          cells: [
            t('limits.modelOf', { model: row.model, provider: row.provider }),
            formatNumber(row.calls),
            formatNumber(row.failed),
            t('limits.inOut', { read: formatNumber(row.input_tokens), written: formatNumber(row.output_tokens) }),
            formatCost(row.cost),
          ],
        }))}
      />
      <UsageTable
        title={t('limits.byUsers')}
        heads={[t('limits.person'), t('limits.calls'), t('limits.cost')]}
        rows={usage.users.map((row) => ({ key: row.user_id, cells: [row.name, formatNumber(row.calls), formatCost(row.cost)] }))}
      />
    </>
  );
}

type TableProps = { title: string; heads: readonly string[]; rows: readonly { key: string; cells: readonly ReactNode[] }[] };

function UsageTable({ title, heads, rows }: TableProps) {
  return (
    <Paper withBorder p="md">
      <Title order={3} mb="xs">
        {title}
      </Title>
      <WideTable label={title} minWidth={480}>
        <Table.Thead>
          <Table.Tr>
            {heads.map((head, at) => (
              <Table.Th key={head} ta={at === 0 ? undefined : 'end'}>
                {head}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={row.key}>
              {row.cells.map((cell, at) => (
                <Table.Td key={heads[at]} ta={at === 0 ? undefined : 'end'}>
                  {cell}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </WideTable>
    </Paper>
  );
}
