import { Alert, Button, Group, Textarea } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { currentOf } from '@/api/errors';
import type { Campaign } from '@/api/generated/types.gen';
import { FormConflict } from '@/components/FormConflict';
import { useRecordForm } from '@/lib/useRecordForm';
import { useReword } from './useIdeas';

type Words = { strategy: string };

/** What a channel should do; undefined when the plan has the channel no longer. */
function wordsOf(campaign: Campaign, channel: string): Words | undefined {
  const plan = campaign.channel_strategies.find((each) => each.channel === channel);
  return plan && { strategy: plan.strategy };
}

type Props = { campaign: Campaign; channel: string; onDone: () => void };

/** Edits in words what a channel should do. */
export function StrategyEditor({ campaign, channel, onDone }: Props) {
  const { t } = useTranslation();
  const { form, base, settle } = useRecordForm<Words, Campaign>({
    record: campaign,
    read: (record) => wordsOf(record, channel) ?? { strategy: '' },
  });
  const reword = useReword(campaign);
  const send = (strategy: string, seen: Campaign) => reword.mutate({ channel, strategy: strategy.trim(), seen }, { onSuccess: onDone });
  return (
    <form onSubmit={form.onSubmit(({ strategy }) => send(strategy, base))}>
      {reword.error && (
        <Alert color="red" role="alert" mt="xs">
          {reword.error.message}
        </Alert>
      )}
      <FormConflict
        now={currentOf<Campaign>(reword.error)}
        base={base}
        mine={form.values}
        fieldsOf={(record) => wordsOf(record, channel)}
        label={() => t('ideas.strategy')}
        saving={reword.isPending}
        onSave={({ strategy = form.values.strategy }, now) => {
          settle(now, { strategy });
          send(strategy, now);
        }}
        onSame={onDone}
        onClose={reword.reset}
      />
      <Textarea
        data-autofocus
        mt="xs"
        label={t('ideas.strategy')}
        description={t('ideas.strategyHelp')}
        autosize
        minRows={3}
        maxLength={4000}
        {...form.getInputProps('strategy')}
      />
      <Group justify="flex-end" mt="sm">
        <Button size="xs" variant="default" onClick={onDone}>
          {t('common.cancel')}
        </Button>
        <Button size="xs" type="submit" disabled={!form.values.strategy.trim()} loading={reword.isPending}>
          {t('common.save')}
        </Button>
      </Group>
    </form>
  );
}
