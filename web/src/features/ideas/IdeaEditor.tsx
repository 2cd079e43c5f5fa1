import { Alert, Button, Group, Stack, Textarea, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { currentOf } from '@/api/errors';
import type { Campaign } from '@/api/generated/types.gen';
import { FormConflict } from '@/components/FormConflict';
import { useRecordForm } from '@/lib/useRecordForm';
import { useEditIdea } from './useIdeas';

const FIELDS = ['theme', 'description', 'message', 'kpi'] as const;
type Words = Record<(typeof FIELDS)[number], string>;

/** The words of an idea; undefined when the campaign has it no longer. */
function wordsOf(campaign: Campaign, ideaId: string): Words | undefined {
  const idea = campaign.ideas.find(({ id }) => id === ideaId);
  return idea && { theme: idea.theme, description: idea.description, message: idea.core_message, kpi: idea.target_kpi };
}

type Props = { campaign: Campaign; ideaId: string; onDone: () => void };

/** Edits the words of an idea in place; what somebody else changed meanwhile is shown before anything is saved over it. */
export function IdeaEditor({ campaign, ideaId, onDone }: Props) {
  const { t } = useTranslation();
  const { form, base, settle } = useRecordForm<Words, Campaign>({
    record: campaign,
    read: (record) => wordsOf(record, ideaId) ?? { theme: '', description: '', message: '', kpi: '' },
    validate: { theme: (value) => (value.trim() ? null : t('ideas.themeMissing')) },
  });
  const edit = useEditIdea(campaign, { quiet: true });
  const send = ({ theme, description, message, kpi }: Words, seen: Campaign) =>
    edit.mutate({ ideaId, patch: { theme, description, core_message: message, target_kpi: kpi }, seen }, { onSuccess: onDone });
  return (
    <form onSubmit={form.onSubmit((words) => send(words, base))}>
      <Stack gap="sm">
        {edit.error && (
          <Alert color="red" role="alert">
            {edit.error.message}
          </Alert>
        )}
        <FormConflict
          now={currentOf<Campaign>(edit.error)}
          base={base}
          mine={form.values}
          fieldsOf={(record) => wordsOf(record, ideaId)}
          label={(field) => t(`ideas.${field as keyof Words}`)}
          saving={edit.isPending}
          onSave={(result, now) => {
            const words = { ...form.values, ...wordsOf(now, ideaId), ...result };
            settle(now, words);
            send(words, now);
          }}
          onSame={onDone}
          onClose={edit.reset}
        />
        <TextInput data-autofocus label={t('ideas.theme')} {...form.getInputProps('theme')} />
        <Textarea label={t('ideas.description')} autosize minRows={2} {...form.getInputProps('description')} />
        <Textarea label={t('ideas.message')} autosize {...form.getInputProps('message')} />
        <TextInput label={t('ideas.kpi')} {...form.getInputProps('kpi')} />
        <Group justify="flex-end">
          <Button size="xs" variant="default" onClick={onDone}>
            {t('common.cancel')}
          </Button>
          <Button size="xs" type="submit" loading={edit.isPending}>
            {t('common.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
