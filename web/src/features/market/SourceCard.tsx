import { Anchor, Badge, Button, Group, Paper, Text, Title } from '@mantine/core';
import { RefreshCw } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Source } from '@/api/generated/types.gen';
import { useEnded } from '@/features/jobs/useEnded';
import { isActive, useRun } from '@/features/jobs/useRun';
import { formatAgo } from '@/lib/format';
import classes from './Market.module.css';
import { SecretNotice } from './SecretNotice';
import { useLastFetch, useSources } from './useSources';

const COLOR = { waiting: 'gray', fresh: 'green', late: 'yellow', broken: 'red' } as const;

/** One source: its state in words, what it brought, and what can be done about it. */
export function SourceCard({ source, may, chosen }: { source: Source; may: boolean; chosen: boolean }) {
  const { t } = useTranslation();
  const { fetch, remove, renew, refreshAll } = useSources();
  const run = useRun(useLastFetch(source.id)).data;
  const active = isActive(run);
  useEnded(run, refreshAll);
  const times = [
    source.last_fetched_at && t('market.read_', { ago: formatAgo(source.last_fetched_at) }),
    source.last_item_at && t('market.newest', { ago: formatAgo(source.last_item_at) }),
    source.next_fetch_at && t('market.next', { when: formatAgo(source.next_fetch_at) }),
  ];
  const show = (card: HTMLLIElement | null) => {
    if (chosen) card?.scrollIntoView({ block: 'center' });
  };
  return (
    <Paper
      component="li"
      withBorder
      p="md"
      ref={show}
      className={classes.source}
      aria-label={source.name}
      aria-current={chosen ? 'true' : undefined}
    >
      <Group gap="xs">
        <Title order={2}>{source.name}</Title>
        <Badge variant="light" color={COLOR[source.state]} tt="none">
          {t(`market.sourceState.${source.state}`)}
        </Badge>
        <Badge variant="default" tt="none" fw={500}>
          {t(`market.sourceKind.${source.kind}`)}
        </Badge>
      </Group>
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        {source.url || source.hook_path}
      </Text>
      {source.led_to && (
        <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {t('market.ledTo', { url: source.led_to })}
        </Text>
      )}
      <Text size="xs" c="dimmed">
        {times.filter(Boolean).join(' · ')}
      </Text>
      <Anchor component={Link} to={`/market?from=${source.id}`} size="sm">
        {t('market.items', { count: source.items })}
      </Anchor>
      {source.problem && (
        <Text size="sm" mt={4} role="status">
          {source.problem}
        </Text>
      )}
      {run && (
        <Text size="sm" mt={4} role="status">
          {active ? t('market.reading') : run.error || run.steps.map((step) => step.detail).findLast(Boolean)}
        </Text>
      )}
      {renew.data && <SecretNotice source={renew.data} />}
      <Group gap="xs" mt="sm">
        {source.kind === 'feed' && (
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<RefreshCw size={14} aria-hidden />}
            disabled={!may}
            loading={fetch.isPending || active}
            onClick={() => fetch.mutate(source.id)}
          >
            {t('market.fetch')}
          </Button>
        )}
        {source.kind === 'webhook' && (
          <Button size="compact-sm" variant="default" disabled={!may} loading={renew.isPending} onClick={() => renew.mutate(source.id)}>
            {t('market.renew')}
          </Button>
        )}
        <Button size="compact-sm" variant="subtle" color="red" disabled={!may} onClick={() => remove(source)}>
          {t('market.removeSource')}
        </Button>
      </Group>
    </Paper>
  );
}
