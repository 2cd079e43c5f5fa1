import { Alert, Button, Group, Paper, Progress, Stack, Text, Title, VisuallyHidden } from '@mantine/core';
import { useThrottledValue } from '@mantine/hooks';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { getRunQueryKey } from '@/api/generated/@tanstack/react-query.gen';
import { cancelRun, retryRun } from '@/api/generated/sdk.gen';
import type { Run } from '@/api/generated/types.gen';
import { useCan } from '@/api/me';
import { RunStep } from './RunStep';
import { isActive } from './useRun';

/** Progress of a run with its named steps, and what can be done about it. */
export function RunPanel({ run }: { run: Run }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const mayPlan = useCan('plan');
  const keep = ({ data }: { data: Run }) => client.setQueryData(getRunQueryKey({ path: { run_id: run.id } }), data);
  const cancel = useMutation({ mutationFn: () => cancelRun({ path: { run_id: run.id } }), onSuccess: keep });
  const retry = useMutation({ mutationFn: () => retryRun({ path: { run_id: run.id } }), onSuccess: keep });
  const active = isActive(run);
  const current = run.steps.find((step) => step.state === 'running');
  const done = run.steps.filter((step) => step.state === 'done').length;
  const said = useThrottledValue(current ? t('run.spoken', { step: current.label, done, total: run.steps.length }) : '', 5000);

  return (
    <Paper withBorder p="lg" aria-busy={active}>
      <Group justify="space-between" mb="xs">
        <Title order={2}>{t(`run.state.${run.state}`)}</Title>
        <Text size="sm" c="dimmed">
          {t('run.count', { done, total: run.steps.length })}
        </Text>
      </Group>
      <Progress value={run.progress * 100} size="md" mb="md" aria-label={t('run.progress')} />
      <VisuallyHidden role="status">{said}</VisuallyHidden>
      <Stack component="ol" gap={6} className="plain-list">
        {run.steps.map((step) => (
          <RunStep key={step.name} step={step} />
        ))}
      </Stack>
      {run.state === 'failed' && (
        <Alert color="red" mt="md" role="alert" title={t('run.failedTitle')}>
          {run.error || t('run.failedText')}
        </Alert>
      )}
      <Group mt="md" justify="space-between">
        <Text size="sm" c="dimmed">
          {run.state === 'cancelled' ? t('run.cancelledText') : ''}
        </Text>
        {active && (
          <Button size="xs" variant="default" loading={cancel.isPending} disabled={!mayPlan} onClick={() => cancel.mutate()}>
            {t('run.cancel')}
          </Button>
        )}
        {!active && run.retryable && (
          <Button size="xs" loading={retry.isPending} disabled={!mayPlan} onClick={() => retry.mutate()}>
            {t('run.retry')}
          </Button>
        )}
      </Group>
    </Paper>
  );
}
