import { Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { once } from '@/api/client';
import { listExperimentsOptions } from '@/api/generated/@tanstack/react-query.gen';
import { createExperiment, deleteExperiment } from '@/api/generated/sdk.gen';
import type { Experiment } from '@/api/generated/types.gen';
import { useCan } from '@/api/me';
import { Async } from '@/components/Async';
import { Estimate } from '@/components/Estimate';
import { offerUndo } from '@/components/undo';
import { formatDayRange } from '@/lib/format';

const ExperimentDialog = lazy(async () => ({ default: (await import('./ExperimentDialog')).ExperimentDialog }));

type Props = { brand: string; channels: readonly { value: string; label: string }[] };

/** Results of lift tests: the next fit is calibrated by them. */
export function ExperimentsCard({ brand, channels }: Props) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const mayPlan = useCan('plan');
  const [opened, { open, close }] = useDisclosure(false);
  const query = useQuery(listExperimentsOptions({ query: { brand_id: brand, limit: 100 } }));
  const remove = useMutation({
    mutationFn: (gone: Experiment) => deleteExperiment({ path: { experiment_id: gone.id } }),
    onSuccess: (_, { brand_id, channel, start_date, end_date, lift, method, notes }) => {
      void client.invalidateQueries();
      const again = async () => {
        await createExperiment({ body: { brand_id, channel, start_date, end_date, lift, method, notes }, headers: once() });
        await client.invalidateQueries();
      };
      offerUndo({ message: t('measurement.experimentGone'), undo: t('common.undo'), onUndo: () => void again() });
    },
  });
  return (
    <Paper withBorder p="md">
      <Group justify="space-between" mb="sm">
        <Title order={2}>{t('measurement.experiments')}</Title>
        <Button size="xs" variant="default" leftSection={<Plus size={14} aria-hidden />} disabled={!mayPlan} onClick={open}>
          {t('measurement.addExperiment')}
        </Button>
      </Group>
      <Async query={query} what={t('measurement.experiments')} rows={1}>
        {(page) => (
          <Stack component="ul" className="plain-list" gap="sm">
            {page.items.length === 0 && (
              <Text size="sm" component="li">
                {t('measurement.noExperiments')}
              </Text>
            )}
            {page.items.map((each) => (
              <Group key={each.id} component="li" justify="space-between" align="flex-start">
                <div>
                  <Text fw={600} size="sm">
                    {each.channel_name}
                  </Text>
                  <Text size="xs" c="dimmed">
                    {[formatDayRange(each.start_date, each.end_date), each.method].filter(Boolean).join(' · ')}
                  </Text>
                  <Text size="sm" component="div">
                    <Estimate {...each.lift} />
                  </Text>
                </div>
                <Button
                  size="compact-xs"
                  variant="subtle"
                  disabled={!mayPlan}
                  aria-label={t('measurement.removeExperiment', { channel: each.channel_name })}
                  onClick={() => remove.mutate(each)}
                >
                  {t('common.delete')}
                </Button>
              </Group>
            ))}
          </Stack>
        )}
      </Async>
      {opened && (
        <Suspense fallback={null}>
          <ExperimentDialog onClose={close} brand={brand} channels={channels} />
        </Suspense>
      )}
    </Paper>
  );
}
