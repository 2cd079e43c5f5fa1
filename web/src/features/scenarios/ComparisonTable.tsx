import { Badge, Button, Group, Paper, Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Campaign, ComparedScenario, Comparison } from '@/api/generated/types.gen';
import { useCan } from '@/api/me';
import { Estimate } from '@/components/Estimate';
import { WideTable } from '@/components/WideTable';
import { formatPercent } from '@/lib/format';
import { formatMoney } from '@/lib/money';
import { outcomeFormat } from '@/lib/outcome';
import { PLAN, type Scenarios } from './useScenarios';

type Props = { campaign: Campaign; found: Comparison; scenarios: Scenarios };

/** Scenarios side by side: what they cost, what they should bring, how sure that is, and where the money goes. */
export function ComparisonTable({ campaign, found, scenarios }: Props) {
  const { t } = useTranslation();
  const { currency } = campaign.metrics.total_budget;
  const outcome = outcomeFormat(campaign.metrics.outcome_is_money, currency);
  const { columns, best } = found;
  const isBest = (id: string, row: keyof typeof best) => columns.length > 1 && best[row] === id;
  const money = (value: number) => formatMoney({ amount: value.toFixed(2), currency });
  const rows: [string, (column: ComparedScenario) => React.ReactNode][] = [
    [t('scenarios.budget'), (c) => formatMoney(c.total_budget)],
    [t('scenarios.spent'), (c) => formatMoney(c.spent)],
    [
      t('scenarios.outcome', { outcome: campaign.metrics.outcome_name }),
      (c) => <Best best={isBest(c.id, 'outcome')}>{<Estimate {...c.expected_outcome} format={outcome} />}</Best>,
    ],
    [
      t('scenarios.cost'),
      (c) => <Best best={isBest(c.id, 'cost_per_outcome')}>{c.cost_per_outcome === null ? '–' : money(c.cost_per_outcome)}</Best>,
    ],
    [t('scenarios.worst'), (c) => <Best best={isBest(c.id, 'worst_tenth')}>{outcome(c.worst_tenth)}</Best>],
    [t('scenarios.chance'), (c) => (c.chance_to_beat === null ? t('scenarios.baseline') : formatPercent(c.chance_to_beat))],
    [t('scenarios.difference'), (c) => <Difference column={c} format={outcome} />],
  ];
  return (
    <Paper withBorder>
      <WideTable label={t('scenarios.comparison')} minWidth={220 + columns.length * 180} verticalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Td />
            {columns.map((column) => (
              <Table.Th key={column.id} scope="col" ta="end">
                {column.id === PLAN ? t('scenarios.plan') : column.name}
                {column.outdated && (
                  <Text size="xs" c="dimmed" fw={400}>
                    {t('scenarios.outdated')}
                  </Text>
                )}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(([name, shown]) => (
            <Table.Tr key={name}>
              <Table.Th scope="row">{name}</Table.Th>
              {columns.map((column) => (
                <Table.Td key={column.id} ta="end">
                  {shown(column)}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
          {(columns[0]?.channels ?? []).map((first) => (
            <Table.Tr key={first.channel}>
              <Table.Th scope="row" fw={400}>
                {first.channel_name}
              </Table.Th>
              {columns.map((column) => (
                <Table.Td key={column.id} ta="end">
                  <Amount column={column} channel={first.channel} />
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
          <Table.Tr>
            <Table.Td />
            {columns.map((column) => (
              <Table.Td key={column.id} ta="end">
                <Actions id={column.id} scenarios={scenarios} />
              </Table.Td>
            ))}
          </Table.Tr>
        </Table.Tbody>
      </WideTable>
    </Paper>
  );
}

function Best({ best, children }: { best: boolean; children: React.ReactNode }) {
  const { t } = useTranslation();
  return (
    <Group gap={6} justify="flex-end" wrap="nowrap">
      {best && (
        <Badge size="sm" variant="light" color="green" tt="none" flex="none">
          {t('scenarios.best')}
        </Badge>
      )}
      {children}
    </Group>
  );
}

function Difference({ column, format }: { column: ComparedScenario; format: (value: number) => string }) {
  const { t } = useTranslation();
  if (!column.difference) return '–';
  if (!column.clear) return t('scenarios.noDifference');
  return <Estimate {...column.difference} format={format} />;
}

function Amount({ column, channel }: { column: ComparedScenario; channel: string }) {
  const found = column.channels.find((each) => each.channel === channel);
  if (!found) return '–';
  const moved = Number(found.delta?.amount ?? 0);
  return (
    <>
      {formatMoney(found.amount)}
      {found.delta && moved !== 0 && (
        <Text size="xs" c="dimmed">
          {moved > 0 ? '+' : '−'}
          {formatMoney({ ...found.delta, amount: found.delta.amount.replace('-', '') })}
        </Text>
      )}
    </>
  );
}

function Actions({ id, scenarios }: { id: string; scenarios: Scenarios }) {
  const { t } = useTranslation();
  const mayPlan = useCan('plan');
  const one = scenarios.list.data?.items.find((each) => each.id === id);
  if (!one) return null;
  return (
    <Group gap={4} justify="flex-end">
      <Button
        size="compact-sm"
        disabled={!mayPlan}
        loading={scenarios.adopt.isPending && scenarios.adopt.variables === id}
        onClick={() => scenarios.adopt.mutate(id)}
      >
        {t('scenarios.adopt')}
      </Button>
      <Button size="compact-sm" variant="subtle" disabled={!mayPlan} aria-pressed={one.pinned} onClick={() => scenarios.pin.mutate(one)}>
        {t(one.pinned ? 'scenarios.unpin' : 'scenarios.pin')}
      </Button>
      <Button size="compact-sm" variant="subtle" disabled={!mayPlan} onClick={() => scenarios.remove.mutate(one)}>
        {t('common.delete')}
      </Button>
    </Group>
  );
}
