import { Anchor, Button, Group, Paper, Table, Text } from '@mantine/core';
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Scale } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { listDecisionsQueryKey, verifyDecisionsOptions } from '@/api/generated/@tanstack/react-query.gen';
import { listDecisions } from '@/api/generated/sdk.gen';
import type { DecisionSummary } from '@/api/generated/types.gen';
import { Async } from '@/components/Async';
import { Notice } from '@/components/Notice';
import { PageHeader } from '@/components/PageHeader';
import { formatDuration, formatInstant } from '@/lib/format';
import { useUrlState } from '@/lib/useUrlState';
import { ChainNotice } from './ChainNotice';

const FILTERS: { run: string | undefined; campaign: string | undefined } = { run: undefined, campaign: undefined };

/** Rows one after the other that belong to the same run. */
function byRun(rows: readonly DecisionSummary[]): { run: string | null; rows: DecisionSummary[] }[] {
  const groups: { run: string | null; rows: DecisionSummary[] }[] = [];
  for (const row of rows) {
    const last = groups.at(-1);
    if (last && last.run === row.run_id) last.rows.push(row);
    else groups.push({ run: row.run_id, rows: [row] });
  }
  return groups;
}

/** Every automatic step, newest first, with what it cost and what it rested on. */
export function DecisionsPage() {
  const { t } = useTranslation();
  const [filters, setFilters] = useUrlState(FILTERS);
  const query = { run_id: filters.run, campaign_id: filters.campaign, limit: 50, sort: filters.run ? 'sequence' : '-sequence' };
  const decisions = useInfiniteQuery({
    queryKey: listDecisionsQueryKey({ query }),
    queryFn: async ({ pageParam, signal }) => (await listDecisions({ query: { ...query, cursor: pageParam }, signal })).data,
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });
  const chain = useQuery({ ...verifyDecisionsOptions(), throwOnError: false });
  const filtered = Boolean(filters.run || filters.campaign);
  return (
    <>
      <PageHeader title={t('nav.decisions')} facts={t('decisions.facts')} />
      <Async query={chain} what={t('decisions.chain')} rows={1}>
        {(state) => <ChainNotice state={state} />}
      </Async>
      {filtered && (
        <Group mb="md">
          <Text size="sm">{filters.run ? t('decisions.ofRun') : t('decisions.ofCampaign')}</Text>
          <Button size="compact-sm" variant="default" onClick={() => setFilters({ run: undefined, campaign: undefined })}>
            {t('decisions.all')}
          </Button>
        </Group>
      )}
      <Async query={decisions} what={t('nav.decisions')} rows={6}>
        {(data) => {
          const rows = data.pages.flatMap((page) => page.items);
          if (rows.length === 0) return <Notice title={t('decisions.none')} text={t('decisions.noneText')} icon={<Scale />} />;
          return (
            <>
              <DecisionTable groups={byRun(rows)} onRun={(run) => setFilters({ run })} />
              <Group justify="space-between" mt="sm">
                <Text size="sm" c="dimmed">
                  {t('decisions.count', { count: data.pages[0]?.total ?? rows.length })}
                </Text>
                {decisions.hasNextPage && (
                  <Button variant="default" size="xs" loading={decisions.isFetchingNextPage} onClick={() => decisions.fetchNextPage()}>
                    {t('common.more')}
                  </Button>
                )}
              </Group>
            </>
          );
        }}
      </Async>
    </>
  );
}

function DecisionTable({ groups, onRun }: { groups: ReturnType<typeof byRun>; onRun: (run: string) => void }) {
  const { t } = useTranslation();
  return (
    <Paper withBorder>
      <Table.ScrollContainer
        minWidth={960}
        scrollAreaProps={{ viewportProps: { tabIndex: 0, role: 'region', 'aria-label': t('nav.decisions') } }}
      >
        <Table verticalSpacing="xs">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('decisions.number')}</Table.Th>
              <Table.Th>{t('decisions.step')}</Table.Th>
              <Table.Th>{t('decisions.summary')}</Table.Th>
              <Table.Th>{t('decisions.by')}</Table.Th>
              <Table.Th ta="end">{t('decisions.evidence')}</Table.Th>
              <Table.Th ta="end">{t('decisions.took')}</Table.Th>
              <Table.Th>{t('decisions.time')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          {groups.map((group) => (
            <Table.Tbody key={`${group.run}-${group.rows[0]?.id}`}>
              {group.run && (
                <Table.Tr>
                  <Table.Th colSpan={7} scope="rowgroup">
                    <Button size="compact-xs" variant="subtle" onClick={() => onRun(group.run ?? '')}>
                      {t('decisions.run', { id: group.run.slice(0, 8), count: group.rows.length })}
                    </Button>
                  </Table.Th>
                </Table.Tr>
              )}
              {group.rows.map((row) => (
                <Table.Tr key={row.id}>
                  <Table.Td>{row.sequence}</Table.Td>
                  <Table.Td>{row.step.replaceAll('_', ' ')}</Table.Td>
                  <Table.Td>
                    <Anchor component={Link} to={`/decisions/${row.id}`} size="sm">
                      {row.summary}
                    </Anchor>
                  </Table.Td>
                  <Table.Td>{row.model || row.provider}</Table.Td>
                  <Table.Td ta="end">{row.evidence_count}</Table.Td>
                  <Table.Td ta="end">{formatDuration(row.latency_ms)}</Table.Td>
                  <Table.Td style={{ whiteSpace: 'nowrap' }}>{formatInstant(row.decided_at)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          ))}
        </Table>
      </Table.ScrollContainer>
    </Paper>
  );
}
