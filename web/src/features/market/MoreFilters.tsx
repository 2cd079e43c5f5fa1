import { Group, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { listSignalChoicesOptions, listSourcesOptions } from '@/api/generated/@tanstack/react-query.gen';
import type { FilterProps } from './SignalFilters';

const IMPACTS = ['0.33', '0.66'] as const;
const TRUSTS = ['own', 'published', 'unverified'] as const;

type Name = 'impact' | 'from' | 'trust' | 'region' | 'topic';
type Choice = { value: string; label: string };

/** What is asked for may no longer be among the choices; it stays visible, so that it can be taken back. */
const withCurrent = (choices: readonly Choice[], current: string | undefined): Choice[] =>
  current && !choices.some(({ value }) => value === current) ? [...choices, { value: current, label: current }] : [...choices];

const same = (value: string): Choice => ({ value, label: value });

/** Filters that are wanted less often: how strong, by whom, where, and what about. */
export function MoreFilters({ place, onChange }: FilterProps) {
  const { t } = useTranslation();
  const sources = useQuery({ ...listSourcesOptions({ query: { limit: 100 } }), throwOnError: false });
  const found = useQuery({ ...listSignalChoicesOptions(), throwOnError: false });
  const choices: Record<Name, Choice[]> = {
    impact: IMPACTS.map((value) => ({ value, label: t(`market.least.${value === '0.66' ? 'high' : 'medium'}`) })),
    from: (sources.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name })),
    trust: TRUSTS.map((value) => ({ value, label: t(`market.trust.${value}`) })),
    region: (found.data?.regions ?? []).map(same),
    topic: (found.data?.topics ?? []).map(same),
  };
  return (
    <Group gap="sm">
      {(Object.keys(choices) as Name[]).map((name) => (
        <Select
          key={name}
          aria-label={t(`market.by.${name}`)}
          placeholder={t(`market.by.${name}`)}
          w={180}
          clearable
          searchable={name !== 'impact' && name !== 'trust'}
          nothingFoundMessage={t(`market.noneToChoose.${name === 'region' || name === 'topic' ? name : 'other'}`)}
          clearButtonProps={{ 'aria-label': t('market.anyOf', { what: t(`market.by.${name}`) }) }}
          data={withCurrent(choices[name], place[name])}
          value={place[name] ?? null}
          onChange={(value) => onChange({ [name]: value ?? undefined })}
        />
      ))}
    </Group>
  );
}
