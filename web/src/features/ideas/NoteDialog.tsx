import { Button, Group, Textarea } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '@/components/Dialog';

type Props = { opened: boolean; title: string; onClose: () => void; onSend: (note: string) => void };

/** Asks for an optional wish before something is proposed anew. */
export function NoteDialog({ opened, title, onClose, onSend }: Props) {
  const { t } = useTranslation();
  const [note, setNote] = useState('');
  const send = (event: FormEvent) => {
    event.preventDefault();
    onSend(note.trim());
    setNote('');
  };
  return (
    <Dialog opened={opened} onClose={onClose} title={title}>
      <form onSubmit={send}>
        <Textarea
          data-autofocus
          label={t('ideas.note')}
          description={t('ideas.noteHelp')}
          autosize
          minRows={3}
          maxLength={2000}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button type="submit">{t('ideas.redo')}</Button>
        </Group>
      </form>
    </Dialog>
  );
}
