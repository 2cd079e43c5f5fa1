import { Button, Group, Paper, Text, Title } from '@mantine/core';
import type { TFunction } from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Connection } from '@/api/generated/types.gen';
import { useCan } from '@/api/me';
import { RunPanel } from '@/features/jobs/RunPanel';
import { useEnded } from '@/features/jobs/useEnded';
import { isActive, useRun } from '@/features/jobs/useRun';
import { formatAgo, formatNumber } from '@/lib/format';
import { useConnection } from './useConnections';

const CHANGES = ['created', 'updated', 'deleted', 'merged', 'skipped'] as const;

/** When everything was last compared, and when that happens next by itself. */
function inWords({ compared_at, compares_at }: Connection, t: TFunction) {
  if (!compared_at || !compares_at) return t('connections.neverCompared');
  const ago = formatAgo(compared_at);
  const overdue = Date.parse(compares_at) <= Date.now();
  return overdue ? t('connections.comparedDue', { ago }) : t('connections.compared', { ago, when: formatAgo(compares_at) });
}

/** What the last sync changed, and the next one: really, or only counted. */
export function SyncCard({ connection }: { connection: Connection }) {
  const { t } = useTranslation();
  const mayPlan = useCan('plan');
  const { sync, refresh } = useConnection(connection);
  const [runId, setRunId] = useState(connection.run_id ?? undefined);
  const run = useRun(runId).data;
  const active = isActive(run);
  useEnded(run, refresh);
  const start = (body: { dry_run?: boolean; full?: boolean }) => sync.mutate(body, { onSuccess: ({ id }) => setRunId(id) });
  const changes = connection.last_changes;
  return (
    <Paper withBorder p="lg" component="section" aria-labelledby="sync">
      <Title order={2} id="sync" mb={4}>
        {t('connections.sync')}
      </Title>
      <Text size="sm" c="dimmed" mb="xs">
        {connection.last_sync_at ? t('connections.last', { ago: formatAgo(connection.last_sync_at) }) : t('connections.never')}
      </Text>
      <Text size="sm" c="dimmed" mb="xs">
        {inWords(connection, t)}
      </Text>
      {changes && (
        <Text size="sm" mb="sm">
          {CHANGES.map((change) => t(`connections.changes.${change}`, { number: formatNumber(changes[change]) })).join(' · ')}
        </Text>
      )}
      <Group gap="xs" mb={run ? 'md' : 0}>
        <Button disabled={!mayPlan} loading={sync.isPending || active} onClick={() => start({})}>
          {t('connections.syncNow')}
        </Button>
        <Button variant="default" disabled={!mayPlan || active} onClick={() => start({ dry_run: true })}>
          {t('connections.dryRun')}
        </Button>
        <Button variant="default" disabled={!mayPlan || active} onClick={() => start({ full: true })}>
          {t('connections.full')}
        </Button>
      </Group>
      {run && <RunPanel run={run} />}
    </Paper>
  );
}
