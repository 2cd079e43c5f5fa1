import { Button, Group, Stack, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import type { Idea, IdeaEdit } from '@/api/generated/types.gen';

type Props = { idea: Idea; saving: boolean; onCancel: () => void; onSave: (patch: IdeaEdit) => void };

/** Edits the words of an idea in place. */
export function IdeaEditor({ idea, saving, onCancel, onSave }: Props) {
  const { t } = useTranslation();
  const form = useForm({
    initialValues: {
      theme: idea.theme,
      description: idea.description,
      core_message: idea.core_message,
      target_kpi: idea.target_kpi,
    },
    validate: { theme: (value) => (value.trim() ? null : t('ideas.themeMissing')) },
  });
  return (
    <form onSubmit={form.onSubmit(onSave)}>
      <Stack gap="sm">
        <TextInput data-autofocus label={t('ideas.theme')} {...form.getInputProps('theme')} />
        <Textarea label={t('ideas.description')} autosize minRows={2} {...form.getInputProps('description')} />
        <Textarea label={t('ideas.message')} autosize {...form.getInputProps('core_message')} />
        <TextInput label={t('ideas.kpi')} {...form.getInputProps('target_kpi')} />
        <Group justify="flex-end">
          <Button size="xs" variant="default" onClick={onCancel}>
            {t('common.cancel')}
          </Button>
          <Button size="xs" type="submit" loading={saving}>
            {t('common.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
