import { Group, Loader, Text } from '@mantine/core';
import { Circle, CircleCheck, CircleX } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Run } from '@/api/generated/types.gen';
import { formatDuration } from '@/lib/format';

type Step = Run['steps'][number];

function StepMark({ state }: { state: Step['state'] }) {
  if (state === 'running') return <Loader size={16} aria-hidden />;
  if (state === 'done') return <CircleCheck size={16} color="var(--mantine-primary-color-filled)" aria-hidden />;
  if (state === 'failed') return <CircleX size={16} color="var(--mantine-color-error)" aria-hidden />;
  return <Circle size={16} color="var(--mantine-color-dimmed)" aria-hidden />;
}

/** One named step: how it stands, what it found, how long it took. */
export function RunStep({ step }: { step: Step }) {
  const { t } = useTranslation();
  const took = step.started_at && step.ended_at ? new Date(step.ended_at).getTime() - new Date(step.started_at).getTime() : undefined;
  return (
    <Group component="li" gap="sm" wrap="nowrap" align="flex-start" aria-current={step.state === 'running' ? 'step' : undefined}>
      <span className="step-mark">
        <StepMark state={step.state} />
      </span>
      <Text size="sm" c={step.state === 'pending' ? 'dimmed' : undefined} flex={1}>
        {step.label}
        {step.detail ? (
          <Text span c="dimmed" size="sm">
            {t('run.detail', { detail: step.detail })}
          </Text>
        ) : null}
        {step.provider && step.provider !== 'rules' ? (
          <Text span c="dimmed" size="sm">
            {t('run.by', { provider: step.provider })}
          </Text>
        ) : null}
      </Text>
      {took !== undefined && (
        <Text size="xs" c="dimmed">
          {formatDuration(took)}
        </Text>
      )}
    </Group>
  );
}
