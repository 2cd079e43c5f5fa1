import { Button, Group, Stack, Title } from '@mantine/core';
import { RefreshCw } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Campaign } from '@/api/generated/types.gen';
import { Alternatives } from './Alternatives';
import { StrategyCard } from './StrategyCard';

type Props = {
  campaign: Campaign;
  disabled: boolean;
  onRedo: () => void;
  onEvidence: (channel: string) => (passageId?: string) => void;
};

/** What each channel should do, in words, with its sources; each can be edited, all of them written anew. */
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
          <StrategyCard key={plan.channel} campaign={campaign} plan={plan} disabled={disabled} onEvidence={onEvidence(plan.channel)} />
        ))}
      </Stack>
    </section>
  );
}
