import { Anchor, Badge, Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { listModelsOptions } from '@/api/generated/@tanstack/react-query.gen';
import { Async } from '@/components/Async';
import { STATE_COLOR, shareOr, versionFacts } from './words';

/** The versions of a brand's response model, newest first. */
export function ModelsCard({ brand }: { brand: string }) {
  const { t } = useTranslation();
  const query = useQuery(listModelsOptions({ query: { brand_id: brand, limit: 20 } }));
  return (
    <Paper withBorder p="md">
      <Title order={2} mb="sm">
        {t('measurement.versions')}
      </Title>
      <Async query={query} what={t('measurement.versions')} rows={2}>
        {(page) => (
          <Stack component="ul" className="plain-list" gap="sm">
            {page.items.length === 0 && <Text size="sm">{t('measurement.noVersions')}</Text>}
            {page.items.map((row) => (
              <Group key={row.id} component="li" justify="space-between" align="flex-start" gap="xs">
                <div>
                  <Group gap="xs">
                    <Anchor component={Link} to={`/measurement/models/${row.id}`} fw={600}>
                      {t('measurement.version', { number: row.number })}
                    </Anchor>
                    <Badge variant="light" color={STATE_COLOR[row.state]} tt="none">
                      {t(`measurement.state.${row.state}`)}
                    </Badge>
                  </Group>
                  <Text size="xs" c="dimmed">
                    {versionFacts(t, row)}
                  </Text>
                  <Text size="sm">{row.reason}</Text>
                </div>
                <Group gap="xs">
                  <Text size="sm">{t('measurement.missed', { error: shareOr(row.holdout_wmape, 1) })}</Text>
                  {row.state === 'candidate' && (
                    <Button component={Link} to={`/measurement/models/${row.id}`} size="xs" variant="default">
                      {t('measurement.decide')}
                    </Button>
                  )}
                </Group>
              </Group>
            ))}
          </Stack>
        )}
      </Async>
    </Paper>
  );
}
