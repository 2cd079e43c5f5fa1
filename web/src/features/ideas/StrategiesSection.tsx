import { Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { RefreshCw } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Campaign } from '@/api/generated/types.gen';
import { Claims } from '@/features/evidence/Claims';
import { Alternatives } from './Alternatives';

type Props = { campaign: Campaign; disabled: boolean; onRedo: () => void; onEvidence: (channel: string) => (passageId?: string) => void };

/** What each channel should do, in words, with its sources; all of them can be written anew. */
export function StrategiesSection({ campaign, disabled, onRedo, onEvidence }: Props) {
  const { t } = useTranslation();
  if (campaign.channel_strategies.length === 0) return null;
  return (
    <section>
      <Group justify="space-between" mt="xl" mb="sm">
        <Title order={2}>{t('ideas.strategies')}</Title>
        <Button variant="default" size="xs" leftSection={<RefreshCw size={14} aria-hidden />} disabled={disabled} onClick={onRedo}>
          {t('ideas.redoStrategies')}
        </Button>
      </Group>
      <Alternatives campaign={campaign} kinds={['strategies']} />
      <Stack gap="sm">
        {campaign.channel_strategies.map((plan) => (
          <Paper key={plan.channel} component="article" withBorder p="md" aria-label={plan.channel_name}>
            <Title order={3}>{plan.channel_name}</Title>
            <Text size="sm" mt={4} mb={plan.claims.length > 0 ? 'xs' : 0}>
              {plan.strategy}
            </Text>
            <Claims claims={plan.claims} evidence={campaign.evidence} onOpen={onEvidence(plan.channel)} />
          </Paper>
        ))}
      </Stack>
    </section>
  );
}
