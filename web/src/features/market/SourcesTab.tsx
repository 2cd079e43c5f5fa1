import { Button, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Plus, Rss } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { listSourcesOptions } from '@/api/generated/@tanstack/react-query.gen';
import { useCan } from '@/api/me';
import { Async } from '@/components/Async';
import { Notice } from '@/components/Notice';
import { useGone } from '@/lib/deletions';
import { SourceCard } from './SourceCard';

/** Where news comes from: how each source does, and when it is read next. */
export function SourcesTab({ chosen, onAdd }: { chosen: string | undefined; onAdd: () => void }) {
  const { t } = useTranslation();
  const mayPlan = useCan('plan');
  const query = useQuery({ ...listSourcesOptions({ query: { limit: 100 } }), refetchInterval: 30_000 });
  const gone = useGone();
  const add = (
    <Button size="xs" leftSection={<Plus size={14} aria-hidden />} disabled={!mayPlan} onClick={onAdd}>
      {t('market.addSource')}
    </Button>
  );
  return (
    <Async query={query} what={t('market.sources')}>
      {({ items: all }) => {
        const items = all.filter(({ id }) => !gone.has(id));
        return items.length === 0 ? (
          <Notice title={t('market.noSources')} text={t('market.noSourcesText')} icon={<Rss />}>
            {add}
          </Notice>
        ) : (
          <>
            <Group justify="space-between" mb="sm">
              <Text size="sm" c="dimmed">
                {t('market.sourcesText')}
              </Text>
              {add}
            </Group>
            <Stack component="ul" className="plain-list" gap="sm">
              {items.map((source) => (
                <SourceCard key={source.id} source={source} may={mayPlan} chosen={source.id === chosen} />
              ))}
            </Stack>
          </>
        );
      }}
    </Async>
  );
}
