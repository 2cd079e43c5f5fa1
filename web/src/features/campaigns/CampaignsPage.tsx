import { Button, Group, Select, Text, TextInput } from '@mantine/core';
import { useDebouncedCallback, useMediaQuery } from '@mantine/hooks';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { CalendarRange, Search } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { listCampaignsQueryKey } from '@/api/generated/@tanstack/react-query.gen';
import { listCampaigns } from '@/api/generated/sdk.gen';
import type { CampaignRow } from '@/api/generated/types.gen';
import { useCan } from '@/api/me';
import { Async } from '@/components/Async';
import { CreateButton } from '@/components/CreateButton';
import { Notice } from '@/components/Notice';
import { PageHeader } from '@/components/PageHeader';
import { useListKeys } from '@/components/useListKeys';
import { useUrlState } from '@/lib/useUrlState';
import { CampaignCards } from './CampaignCards';
import { CampaignTable } from './CampaignTable';

const STATUSES = ['draft', 'in_review', 'approved', 'active', 'paused', 'completed', 'cancelled'] as const;
const FILTERS: { q: string | undefined; status: string | undefined; sort: string } = {
  q: undefined,
  status: undefined,
  sort: '-updated_at',
};

/** Campaigns that match the address bar's filters, page by page. */
function useCampaigns({ q, status, sort }: { q: string | undefined; status: string | undefined; sort: string }) {
  const known = STATUSES.find((s) => s === status);
  const query = { query: q, status: known ? [known] : undefined, sort: sort as '-updated_at' };
  return useInfiniteQuery({
    queryKey: listCampaignsQueryKey({ query }),
    queryFn: async ({ pageParam, signal }) => (await listCampaigns({ query: { ...query, cursor: pageParam }, signal })).data,
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });
}

/** Which campaigns are there, and in what shape. */
export function CampaignsPage() {
  const { t } = useTranslation();
  const mayPlan = useCan('plan');
  const phone = useMediaQuery('(max-width: 48em)', false, { getInitialValueInEffect: false });
  const [filters, setFilters] = useUrlState(FILTERS);
  const [words, setWords] = useState(filters.q ?? '');
  const { list, filter } = useListKeys();
  const apply = useDebouncedCallback((q: string) => setFilters({ q }), 200);
  const query = useCampaigns({ q: filters.q, status: filters.status, sort: filters.sort ?? '-updated_at' });
  const filtered = Boolean(filters.q || filters.status);
  const clear = () => {
    setWords('');
    setFilters({ q: undefined, status: undefined });
  };
  const create = <CreateButton allowed={mayPlan} />;

  return (
    <>
      <PageHeader title={t('nav.campaigns')} actions={create} />
      <Group mb="md" gap="sm">
        <TextInput
          ref={filter}
          aria-label={t('campaigns.search')}
          placeholder={t('campaigns.search')}
          leftSection={<Search size={16} aria-hidden />}
          value={words}
          onChange={(event) => {
            setWords(event.currentTarget.value);
            apply(event.currentTarget.value);
          }}
          flex={1}
          maw={420}
          miw={180}
        />
        <Select
          aria-label={t('campaigns.status')}
          placeholder={t('campaigns.anyStatus')}
          clearable
          clearButtonProps={{ 'aria-label': t('campaigns.clear') }}
          value={filters.status ?? null}
          onChange={(status) => setFilters({ status: status ?? undefined })}
          data={STATUSES.map((value) => ({ value, label: t(`status.${value}`) }))}
          w={180}
        />
      </Group>
      <Async query={query} what={t('campaigns.what')} rows={6}>
        {(data) => {
          const rows: CampaignRow[] = data.pages.flatMap((page) => page.items);
          if (rows.length === 0)
            return filtered ? (
              <Notice title={t('campaigns.noMatch')} text={t('campaigns.noMatchText')} icon={<Search />}>
                <Button variant="default" onClick={clear}>
                  {t('campaigns.clear')}
                </Button>
              </Notice>
            ) : (
              <Notice title={t('campaigns.none')} text={t('campaigns.noneText')} icon={<CalendarRange />}>
                {create}
              </Notice>
            );
          return (
            <div ref={list}>
              {phone ? (
                <CampaignCards rows={rows} />
              ) : (
                <CampaignTable rows={rows} sort={filters.sort ?? '-updated_at'} onSort={(sort) => setFilters({ sort })} />
              )}
              <Group justify="space-between" mt="sm">
                <Text size="sm" c="dimmed">
                  {t('campaigns.count', { count: data.pages[0]?.total ?? rows.length })}
                </Text>
                {query.hasNextPage && (
                  <Button variant="default" size="xs" loading={query.isFetchingNextPage} onClick={() => query.fetchNextPage()}>
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
