import { Button, Group, Select, Stack, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { ListFilter, Search } from 'lucide-react';
import type { Ref } from 'react';
import { useTranslation } from 'react-i18next';
import { listServicesOptions } from '@/api/generated/@tanstack/react-query.gen';
import { MoreFilters } from './MoreFilters';

export type SignalFilter = {
  q: string | undefined;
  state: string;
  service: string | undefined;
  impact: string | undefined;
  since: string | undefined;
  from: string | undefined;
  trust: string | undefined;
  region: string | undefined;
  topic: string | undefined;
  sort: string;
};

export const NO_FILTER: SignalFilter = {
  q: undefined,
  state: 'open',
  service: undefined,
  impact: undefined,
  since: undefined,
  from: undefined,
  trust: undefined,
  region: undefined,
  topic: undefined,
  sort: '-score',
};

const STATES = ['open', 'watched', 'dismissed'] as const;
const DAYS = ['7', '30', '90'] as const;
const SORTS = ['-score', '-timestamp'] as const;

const TRUSTS = ['own', 'published', 'unverified'] as const;

/** Whether the address bar names a kind of source that there is. */
export const isTrust = (value: string | undefined): value is (typeof TRUSTS)[number] => TRUSTS.some((known) => known === value);

/** The day so many days before today, as the API takes it. */
export const sinceDay = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString();

export type FilterProps = {
  place: { [K in keyof SignalFilter]: string | SignalFilter[K] };
  onChange: (patch: { [K in keyof SignalFilter]?: string | undefined }) => void;
};
type Props = FilterProps & { search: Ref<HTMLInputElement> };

/** Which signals are listed, in which order. */
export function SignalFilters({ place, onChange, search }: Props) {
  const { t } = useTranslation();
  const set = [place.impact, place.from, place.trust, place.region, place.topic].filter(Boolean).length;
  const [more, { toggle }] = useDisclosure(set > 0);
  const services = useQuery({ ...listServicesOptions({ query: { limit: 100 } }), throwOnError: false });
  return (
    <Stack gap="sm">
      <Group gap="sm" align="flex-end">
        <TextInput
          ref={search}
          aria-label={t('market.search')}
          placeholder={t('market.search')}
          leftSection={<Search size={16} aria-hidden />}
          value={place.q ?? ''}
          onChange={(event) => onChange({ q: event.currentTarget.value })}
          flex="1 1 220px"
        />
        <Select
          aria-label={t('market.filter.state')}
          w={140}
          data={STATES.map((value) => ({ value, label: t(`market.listed.${value}`) }))}
          value={place.state}
          onChange={(state) => onChange({ state: state ?? undefined })}
        />
        <Select
          aria-label={t('market.filter.service')}
          placeholder={t('market.filter.anyService')}
          w={180}
          clearable
          clearButtonProps={{ 'aria-label': t('market.filter.anyService') }}
          data={(services.data?.items ?? []).map((service) => ({ value: service.id, label: service.name }))}
          value={place.service ?? null}
          onChange={(service) => onChange({ service: service ?? undefined })}
        />
        <Select
          aria-label={t('market.filter.since')}
          placeholder={t('market.filter.since')}
          w={150}
          clearable
          clearButtonProps={{ 'aria-label': t('market.filter.anyTime') }}
          data={DAYS.map((value) => ({ value, label: t('market.days', { count: Number(value) }) }))}
          value={place.since ?? null}
          onChange={(since) => onChange({ since: since ?? undefined })}
        />
        <Select
          aria-label={t('market.filter.sort')}
          w={150}
          data={SORTS.map((value) => ({ value, label: t(`market.sort.${value === '-score' ? 'score' : 'newest'}`) }))}
          value={place.sort}
          onChange={(sort) => onChange({ sort: sort ?? undefined })}
        />
        <Button variant="default" aria-expanded={more} leftSection={<ListFilter size={16} aria-hidden />} onClick={toggle}>
          {set > 0 ? t('market.moreSet', { count: set }) : t('market.more')}
        </Button>
      </Group>
      {more && <MoreFilters place={place} onChange={onChange} />}
    </Stack>
  );
}
