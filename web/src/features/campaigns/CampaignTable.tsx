import { Anchor, Paper, Table, Text, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { CampaignRow } from '@/api/generated/types.gen';
import { StatusBadge } from '@/components/Badges';
import { ExpectedOutcome } from '@/components/ExpectedOutcome';
import { WideTable } from '@/components/WideTable';
import { formatAgo, formatDayRange, formatPercent } from '@/lib/format';
import { formatMoney } from '@/lib/money';
import { campaignPath } from '@/lib/paths';
import { CampaignMenu } from './CampaignMenu';
import classes from './CampaignTable.module.css';

type Props = { rows: readonly CampaignRow[]; sort: string; onSort: (sort: string) => void };

function SortHead({
  field,
  label,
  sort,
  onSort,
  right,
}: {
  field: string;
  label: string;
  sort: string;
  onSort: Props['onSort'];
  right?: boolean;
}) {
  const down = sort === `-${field}`;
  const up = sort === field;
  return (
    <Table.Th aria-sort={up ? 'ascending' : down ? 'descending' : 'none'} ta={right ? 'end' : undefined}>
      <UnstyledButton className={classes.sort} onClick={() => onSort(down ? field : `-${field}`)}>
        {label}
        {up && <ArrowUp size={14} aria-hidden />}
        {down && <ArrowDown size={14} aria-hidden />}
      </UnstyledButton>
    </Table.Th>
  );
}

/** Campaigns as a table; heads with a sort order are buttons. */
export function CampaignTable({ rows, sort, onSort }: Props) {
  const { t } = useTranslation();
  return (
    <Paper withBorder>
      <WideTable label={t('nav.campaigns')} minWidth={860} verticalSpacing="sm" highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            <SortHead field="name" label={t('campaigns.name')} sort={sort} onSort={onSort} />
            <Table.Th>{t('campaigns.status')}</Table.Th>
            <SortHead field="start_date" label={t('campaigns.dates')} sort={sort} onSort={onSort} />
            <SortHead field="budget" label={t('campaigns.budget')} sort={sort} onSort={onSort} right />
            <Table.Th ta="end">{t('campaigns.outcome')}</Table.Th>
            <Table.Th ta="end">{t('campaigns.supported')}</Table.Th>
            <SortHead field="updated_at" label={t('campaigns.updated')} sort={sort} onSort={onSort} />
            <Table.Th>
              <VisuallyHidden>{t('common.actions')}</VisuallyHidden>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={row.id} data-row>
              <Table.Td>
                <Anchor component={Link} to={campaignPath(row)} fw={550}>
                  {row.name}
                </Anchor>
                <Text size="xs" c="dimmed">
                  {row.service_name} · {row.brand_name}
                </Text>
              </Table.Td>
              <Table.Td>
                <StatusBadge status={row.status} />
              </Table.Td>
              <Table.Td className={classes.nowrap}>{formatDayRange(row.start_date, row.end_date)}</Table.Td>
              <Table.Td ta="end">{formatMoney(row.total_budget)}</Table.Td>
              <Table.Td ta="end" className={classes.nowrap}>
                {row.expected_outcome ? (
                  <>
                    <ExpectedOutcome row={row} />
                    <Text size="xs" c="dimmed">
                      {row.outcome_name}
                    </Text>
                  </>
                ) : (
                  '–'
                )}
              </Table.Td>
              <Table.Td ta="end">{row.supported_share === null ? '–' : formatPercent(row.supported_share)}</Table.Td>
              <Table.Td className={classes.nowrap}>{formatAgo(row.updated_at)}</Table.Td>
              <Table.Td>
                <CampaignMenu campaign={row} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </WideTable>
    </Paper>
  );
}
