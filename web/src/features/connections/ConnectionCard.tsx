import { Button, Group, Paper, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Connection } from '@/api/generated/types.gen';
import { formatAgo, formatNumber } from '@/lib/format';
import { StateBadge } from './StateBadge';
import { CRM_OBJECTS } from './useConnections';

/** One connection: its state, what it brought and when it is read next; a broken one says what to do. */
export function ConnectionCard({ connection }: { connection: Connection }) {
  const { t } = useTranslation();
  const kind = t(`connections.kind.${connection.kind}`);
  const times = [
    connection.last_sync_at && t('connections.last', { ago: formatAgo(connection.last_sync_at) }),
    connection.next_sync_at && t('connections.next', { when: formatAgo(connection.next_sync_at) }),
  ];
  return (
    <Paper component="article" withBorder p="lg" aria-label={connection.name}>
      <Group gap="xs" mb={4}>
        <Title order={2}>{connection.name}</Title>
        <StateBadge state={connection.state} />
      </Group>
      {kind !== connection.name && (
        <Text size="sm" c="dimmed">
          {kind}
        </Text>
      )}
      <Text size="sm">
        {CRM_OBJECTS.map((object) => t(`connections.rows.${object}`, { number: formatNumber(connection.rows[object]) })).join(' · ')}
      </Text>
      <Text size="xs" c="dimmed">
        {times.filter(Boolean).join(' · ') || t('connections.never')}
      </Text>
      {connection.problem && (
        <Text size="sm" mt="xs" role="status">
          {connection.problem}
        </Text>
      )}
      <Button component={Link} to={`/connections/${connection.id}`} size="xs" variant="default" mt="sm">
        {t(connection.state === 'new' ? 'connections.setUp' : 'connections.open')}
      </Button>
    </Paper>
  );
}
