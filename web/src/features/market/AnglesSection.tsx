import { Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { listSignalAnglesOptions } from '@/api/generated/@tanstack/react-query.gen';
import type { Signal } from '@/api/generated/types.gen';

/** How a plan could take up a piece of news, each with the words it rests on. */
export function AnglesSection({ signal }: { signal: Signal }) {
  const { t } = useTranslation();
  const angles = useQuery({ ...listSignalAnglesOptions({ path: { signal_id: signal.id } }), throwOnError: false });
  if (!angles.data?.items.length) return null;
  return (
    <section aria-labelledby="angles">
      <Title order={3} id="angles" mb="xs">
        {t('market.angles')}
      </Title>
      <Stack gap="xs">
        {angles.data.items.map((angle) => (
          <Paper key={`${angle.service_id}-${angle.text}`} withBorder p="sm">
            <Text size="sm">{angle.text}</Text>
            <Text size="xs" c="dimmed">
              {[angle.service_name, angle.confidence_words].filter(Boolean).join(' · ')}
            </Text>
            <Group mt={4}>
              <Button
                component={Link}
                to={`/campaigns/new?from=signal:${signal.id}&service=${angle.service_id}`}
                size="compact-xs"
                variant="subtle"
              >
                {t('market.planAngle')}
              </Button>
            </Group>
          </Paper>
        ))}
      </Stack>
    </section>
  );
}
