import { Button, Group, Paper, Text, Textarea, Title } from '@mantine/core';
import { Pencil } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ChannelPlan, Passage } from '@/api/generated/types.gen';
import { Claims } from '@/features/evidence/Claims';
import { ReportText } from '@/features/evidence/ReportText';
import type { useIdeas } from './useIdeas';

type Props = {
  campaignId: string;
  plan: ChannelPlan;
  evidence: readonly Passage[];
  disabled: boolean;
  reword: ReturnType<typeof useIdeas>['reword'];
  onEvidence: (passageId?: string) => void;
};

/** What one channel should do, in words that a person may change, with who wrote them. */
export function StrategyCard({ campaignId, plan, evidence, disabled, reword, onEvidence }: Props) {
  const { t } = useTranslation();
  const [text, setText] = useState<string>();
  const save = (event: FormEvent) => {
    event.preventDefault();
    if (text?.trim()) reword.mutate({ channel: plan.channel, strategy: text.trim() }, { onSuccess: () => setText(undefined) });
  };
  return (
    <Paper component="article" withBorder p="md" aria-label={plan.channel_name}>
      <Title order={3}>{plan.channel_name}</Title>
      {text === undefined ? (
        <>
          <Text size="sm" mt={4}>
            {plan.strategy}
          </Text>
          <Text size="xs" c="dimmed" mb="xs">
            {t(`ideas.author.${plan.strategy_author as 'rules'}`)}
          </Text>
          <Claims claims={plan.claims} evidence={evidence} onOpen={onEvidence} />
          <Group gap="xs" justify="flex-end">
            <ReportText of={{ target: 'channel_plan', target_id: plan.id, campaign_id: campaignId }} />
            <Button
              size="xs"
              variant="default"
              leftSection={<Pencil size={14} aria-hidden />}
              disabled={disabled}
              onClick={() => setText(plan.strategy)}
            >
              {t('ideas.edit')}
            </Button>
          </Group>
        </>
      ) : (
        <form onSubmit={save}>
          <Textarea
            data-autofocus
            mt="xs"
            label={t('ideas.strategy')}
            description={t('ideas.strategyHelp')}
            autosize
            minRows={3}
            maxLength={4000}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
          <Group justify="flex-end" mt="sm">
            <Button size="xs" variant="default" onClick={() => setText(undefined)}>
              {t('common.cancel')}
            </Button>
            <Button size="xs" type="submit" disabled={!text.trim()} loading={reword.isPending}>
              {t('common.save')}
            </Button>
          </Group>
        </form>
      )}
    </Paper>
  );
}
