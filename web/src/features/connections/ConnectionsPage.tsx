import { Button, Group, Paper, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Plug, Plus } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { listConnectionsOptions } from '@/api/generated/@tanstack/react-query.gen';
import { useCan } from '@/api/me';
import { Async } from '@/components/Async';
import { Notice } from '@/components/Notice';
import { PageHeader } from '@/components/PageHeader';
import { ConnectDialog } from './ConnectDialog';
import { ConnectionCard } from './ConnectionCard';

const FILES = ['services', 'companies', 'customers', 'deals', 'signals', 'actuals'] as const;

/** Where customers come from: connected systems with their state, and files. */
export function ConnectionsPage() {
  const { t } = useTranslation();
  const may = useCan('administer');
  const [connecting, setConnecting] = useState(false);
  const query = useQuery(listConnectionsOptions());
  const connect = (
    <Button leftSection={<Plus size={16} aria-hidden />} disabled={!may} onClick={() => setConnecting(true)}>
      {t('connections.connect')}
    </Button>
  );
  return (
    <>
      <PageHeader title={t('nav.connections')} facts={t('connections.facts')} actions={query.data?.items.length === 0 ? null : connect} />
      <Stack gap="xl">
        <Async query={query} what={t('nav.connections')} rows={2} height={140}>
          {(page) =>
            page.items.length === 0 ? (
              <Notice title={t('connections.none')} text={t('connections.noneText')} icon={<Plug />}>
                {connect}
              </Notice>
            ) : (
              <SimpleGrid cols={{ base: 1, md: 2 }}>
                {page.items.map((connection) => (
                  <ConnectionCard key={connection.id} connection={connection} />
                ))}
              </SimpleGrid>
            )
          }
        </Async>
        <Paper withBorder p="lg" component="section" aria-labelledby="files">
          <Title order={2} id="files" mb={4}>
            {t('connections.files')}
          </Title>
          <Text size="sm" mb="sm">
            {t('connections.filesText')}
          </Text>
          <Group gap="xs">
            {FILES.map((kind) => (
              <Button key={kind} component={Link} to={`/import/${kind}`} variant="default" size="xs">
                {t(`imports.${kind}`)}
              </Button>
            ))}
            <Button component={Link} to="/market?tab=sources" variant="default" size="xs">
              {t('connections.feeds')}
            </Button>
          </Group>
        </Paper>
      </Stack>
      {connecting && <ConnectDialog onClose={() => setConnecting(false)} />}
    </>
  );
}
