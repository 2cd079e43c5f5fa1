import { Anchor, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Circle, CircleCheck } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { listServicesOptions, listSignalsOptions } from '@/api/generated/@tanstack/react-query.gen';
import type { CampaignRow } from '@/api/generated/types.gen';

type Props = { campaigns: readonly CampaignRow[]; known: boolean };

/** First steps, each checked from what is really there; gone when all are done. */
export function GettingStarted({ campaigns, known }: Props) {
  const { t } = useTranslation();
  const services = useQuery({ ...listServicesOptions({ query: { limit: 1 } }), throwOnError: false });
  const signals = useQuery({ ...listSignalsOptions({ query: { limit: 1 } }), throwOnError: false });
  if (!known || !services.data || !signals.data) return null;
  const steps = [
    { key: 'data', done: services.data.total > 0, to: '/start' },
    { key: 'signals', done: signals.data.total > 0, to: '/import/signals' },
    { key: 'plan', done: campaigns.some((row) => row.ideas > 0 && row.run_id), to: '/campaigns/new' },
  ] as const;
  const done = steps.filter((step) => step.done).length;
  if (done === steps.length) return null;
  return (
    <Paper withBorder p="lg" mb="md" component="section" aria-labelledby="first-steps">
      <Title order={2} id="first-steps" mb="sm">
        {t('dashboard.steps', { done, total: steps.length })}
      </Title>
      <Stack component="ul" className="plain-list" gap="xs">
        {steps.map((step) => (
          <Group key={step.key} component="li" gap="sm" wrap="nowrap">
            {step.done ? (
              <CircleCheck size={18} color="var(--mantine-color-anchor)" aria-label={t('dashboard.done')} />
            ) : (
              <Circle size={18} aria-label={t('dashboard.open')} />
            )}
            {step.done ? (
              <Text size="sm">{t(`dashboard.step.${step.key}`)}</Text>
            ) : (
              <Anchor component={Link} to={step.to} size="sm">
                {t(`dashboard.step.${step.key}`)}
              </Anchor>
            )}
          </Group>
        ))}
      </Stack>
    </Paper>
  );
}
