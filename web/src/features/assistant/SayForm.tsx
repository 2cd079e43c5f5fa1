import { ActionIcon, Group, Textarea } from '@mantine/core';
import { SendHorizontal } from 'lucide-react';
import { type FormEvent, type KeyboardEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';

const LONGEST = 4000;

type Props = { initial: string; busy: boolean; onSay: (text: string) => void };

/** The field for a question; Enter sends, Shift and Enter begins a new line. */
export function SayForm({ initial, busy, onSay }: Props) {
  const { t } = useTranslation();
  const [text, setText] = useState(initial);
  const send = (event: FormEvent | KeyboardEvent) => {
    event.preventDefault();
    if (text.trim() && !busy) onSay(text.trim());
  };
  return (
    <form onSubmit={send}>
      <Group align="flex-end" gap="sm" wrap="nowrap">
        <Textarea
          flex={1}
          data-autofocus
          label={t('assistant.question')}
          autosize
          minRows={1}
          maxRows={8}
          maxLength={LONGEST}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing && send(event)}
        />
        <ActionIcon type="submit" size="lg" disabled={!text.trim()} loading={busy} aria-label={t('assistant.send')}>
          <SendHorizontal size={18} />
        </ActionIcon>
      </Group>
    </form>
  );
}
