import { Button, Group, Text } from '@mantine/core';
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Scale } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { listDecisionsQueryKey, verifyDecisionsOptions } from '@/api/generated/@tanstack/react-query.gen';
import { listDecisions } from '@/api/generated/sdk.gen';
import { useCan } from '@/api/me';
import { Async } from '@/components/Async';
import { Notice } from '@/components/Notice';
import { PageHeader } from '@/components/PageHeader';
import { useListKeys } from '@/components/useListKeys';
import { useUrlState } from '@/lib/useUrlState';
import { ChainNotice } from './ChainNotice';
import { byRun, DecisionTable } from './DecisionTable';
import { LedgerActions } from './LedgerActions';
import { QualityCards } from './QualityCards';
import { ReplayBar } from './ReplayBar';
import { ReportsCard } from './ReportsCard';

const FILTERS: { run: string | undefined; campaign: string | undefined } = { run: undefined, campaign: undefined };

/** Every automatic step, newest first: what it cost, what it rested on, and what people made of it. */
export function DecisionsPage() {
  const { t } = useTranslation();
  const mayAdminister = useCan('administer');
  const { list } = useListKeys({ filtered: false });
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
      <PageHeader title={t('nav.decisions')} facts={t('decisions.facts')} actions={mayAdminister && <LedgerActions />} />
      <Async query={chain} what={t('decisions.chain')} rows={1}>
        {(state) => <ChainNotice state={state} />}
      </Async>
      {!filtered && mayAdminister && <ReportsCard />}
      {!filtered && <QualityCards />}
      {filtered && (
        <Group mb="md">
          <Text size="sm">{filters.run ? t('decisions.ofRun') : t('decisions.ofCampaign')}</Text>
          <Button size="compact-sm" variant="default" onClick={() => setFilters({ run: undefined, campaign: undefined })}>
            {t('decisions.all')}
          </Button>
        </Group>
      )}
      {filters.run && <ReplayBar run={filters.run} />}
      <Async query={decisions} what={t('nav.decisions')} rows={6}>
        {(data) => {
          const rows = data.pages.flatMap((page) => page.items);
          if (rows.length === 0) return <Notice title={t('decisions.none')} text={t('decisions.noneText')} icon={<Scale />} />;
          return (
            <div ref={list}>
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
            </div>
          );
        }}
      </Async>
    </>
  );
}
