import { Alert, Button, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Trash2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useParams } from 'react-router';
import { getConnectionOptions } from '@/api/generated/@tanstack/react-query.gen';
import type { Connection } from '@/api/generated/types.gen';
import { useCan } from '@/api/me';
import { Async } from '@/components/Async';
import { PageHeader } from '@/components/PageHeader';
import { MappingCard } from './MappingCard';
import { SignInCard } from './SignInCard';
import { StateBadge } from './StateBadge';
import { SyncCard } from './SyncCard';
import { useConnection } from './useConnections';

/** One connection in three steps: sign in, say which fields are read, sync. */
export function ConnectionPage() {
  const { t } = useTranslation();
  const { id = '' } = useParams();
  const query = useQuery({ ...getConnectionOptions({ path: { connection_id: id } }), throwOnError: false });
  return (
    <Async query={query} what={t('connections.one')} rows={4} height={96}>
      {(connection) => <Steps connection={connection} />}
    </Async>
  );
}

function Steps({ connection }: { connection: Connection }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const may = useCan('administer');
  const kind = t(`connections.kind.${connection.kind}`);
  const { remove } = useConnection(connection);
  return (
    <Stack maw={920} gap={0}>
      <PageHeader
        title={connection.name}
        status={<StateBadge state={connection.state} />}
        facts={kind !== connection.name && kind}
        actions={
          <Button
            variant="subtle"
            color="red"
            leftSection={<Trash2 size={16} aria-hidden />}
            disabled={!may}
            loading={remove.isPending}
            onClick={() => remove.mutate(undefined, { onSuccess: () => void navigate('/connections') })}
          >
            {t('connections.remove')}
          </Button>
        }
      />
      <Stack gap="md">
        {connection.problem && (
          <Alert color={connection.state === 'broken' ? 'red' : 'yellow'} role="status">
            {connection.problem}
          </Alert>
        )}
        <SignInCard connection={connection} may={may} />
        {connection.signed_in && <MappingCard key={connection.version} connection={connection} may={may} />}
        {connection.signed_in && <SyncCard connection={connection} />}
        <Text size="xs" c="dimmed">
          {t('connections.removeHelp')}
        </Text>
      </Stack>
    </Stack>
  );
}
