import { Button, Group, Paper, Text, Title } from '@mantine/core';
import { Pencil } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Campaign, ChannelPlan } from '@/api/generated/types.gen';
import { Claims } from '@/features/evidence/Claims';
import { ReportText } from '@/features/evidence/ReportText';
import { StrategyEditor } from './StrategyEditor';

type Props = {
  campaign: Campaign;
  plan: ChannelPlan;
  disabled: boolean;
  onEvidence: (passageId?: string) => void;
};

/** What one channel should do, in words that a person may change, with who wrote them. */
export function StrategyCard({ campaign, plan, disabled, onEvidence }: Props) {
  const { t } = useTranslation();
  const [editing, setEditing] = useState(false);
  return (
    <Paper component="article" withBorder p="md" aria-label={plan.channel_name}>
      <Title order={3}>{plan.channel_name}</Title>
      {!editing ? (
        <>
          <Text size="sm" mt={4}>
            {plan.strategy}
          </Text>
          <Text size="xs" c="dimmed" mb="xs">
            {t(`ideas.author.${plan.strategy_author as 'rules'}`)}
          </Text>
          <Claims claims={plan.claims} evidence={campaign.evidence} onOpen={onEvidence} />
          <Group gap="xs" justify="flex-end">
            <ReportText of={{ target: 'channel_plan', target_id: plan.id, campaign_id: campaign.id }} />
            <Button
              size="xs"
              variant="default"
              leftSection={<Pencil size={14} aria-hidden />}
              disabled={disabled}
              onClick={() => setEditing(true)}
            >
              {t('ideas.edit')}
            </Button>
          </Group>
        </>
      ) : (
        <StrategyEditor campaign={campaign} channel={plan.channel} onDone={() => setEditing(false)} />
      )}
    </Paper>
  );
}
