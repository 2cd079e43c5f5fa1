import { Alert, Anchor, Group, Loader, Paper, Stack, Text } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { AssistantMessage, AssistantSession } from '@/api/generated/types.gen';
import { ReportText } from '@/features/evidence/ReportText';
import { formatInstant } from '@/lib/format';
import classes from './Assistant.module.css';
import { DraftCard } from './DraftCard';
import { paragraphs } from './paragraphs';
import { SayForm } from './SayForm';
import { useTalk } from './useSession';

/** What was said, with the sources of every answer and the drafts that wait, and a field to go on. */
export function Conversation({ session }: { session: AssistantSession }) {
  const { t } = useTranslation();
  const { ask, settle } = useTalk();
  const end = useRef<HTMLDivElement>(null);
  const count = session.messages.length + (ask.isPending ? 1 : 0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was said last comes into view when something is said
  useEffect(() => {
    end.current?.scrollIntoView({ block: 'nearest' });
  }, [count]);
  return (
    <Stack>
      <Stack component="ol" className="plain-list" gap="md" aria-live="polite">
        {session.messages.map((message) => (
          <Message
            key={message.id}
            message={message}
            busy={settle.isPending}
            onSettle={(draft, taken) => settle.mutate({ session: session.id, draft, taken })}
          />
        ))}
        {ask.isPending && (
          <>
            <Paper component="li" className={classes.mine} p="sm">
              <Text size="sm">{ask.variables.text}</Text>
            </Paper>
            <li>
              <Loader size="sm" type="dots" aria-label={t('assistant.thinking')} />
            </li>
          </>
        )}
      </Stack>
      {ask.error && (
        <Alert color="red" role="alert">
          {ask.error.message}
        </Alert>
      )}
      <div ref={end}>
        <Paper withBorder p="md">
          <SayForm
            key={session.messages.length}
            initial={ask.error ? ask.variables.text : ''}
            busy={ask.isPending}
            onSay={(text) => ask.mutate({ text, session: session.id, assistant: session.assistant })}
          />
        </Paper>
      </div>
    </Stack>
  );
}

type MessageProps = { message: AssistantMessage; busy: boolean; onSettle: (draft: string, taken: boolean) => void };

function Message({ message, busy, onSettle }: MessageProps) {
  const { t } = useTranslation();
  if (message.role === 'user')
    return (
      <Paper component="li" className={classes.mine} p="sm">
        <Text size="sm" style={{ whiteSpace: 'pre-wrap' }}>
          {message.text}
        </Text>
      </Paper>
    );
  return (
    <Paper component="li" withBorder p="md">
      {paragraphs(message.text).map((part) =>
        part.kind === 'list' ? (
          <ul key={part.key} className={classes.list}>
            {part.lines.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        ) : (
          <Text key={part.key} mb="xs">
            {part.lines.join(' ')}
          </Text>
        ),
      )}
      {message.citations.length > 0 && (
        <ol className={classes.sources} aria-label={t('assistant.sources')}>
          {message.citations.map((citation) => (
            <li key={`${citation.id}-${citation.quote}`}>
              {citation.url.startsWith('/') ? (
                <Anchor component={Link} to={citation.url} size="xs" underline="always">
                  {citation.title}
                </Anchor>
              ) : (
                citation.title
              )}
              {citation.quote && t('assistant.quote', { quote: citation.quote })}
            </li>
          ))}
        </ol>
      )}
      {message.drafts.map((draft) => (
        <DraftCard key={draft.id} draft={draft} busy={busy} onSettle={(taken) => onSettle(draft.id, taken)} />
      ))}
      <Group justify="space-between" mt="xs" wrap="nowrap" align="flex-start">
        <Text size="xs" c="dimmed">
          {[
            t(message.author === 'ai' ? 'assistant.byModel' : 'assistant.byRules'),
            formatInstant(message.created_at),
            message.fallback_reason && t('assistant.fellBack', { reason: message.fallback_reason }),
          ]
            .filter(Boolean)
            .join(' · ')}
        </Text>
        <ReportText of={{ target: 'answer', target_id: message.id }} />
      </Group>
    </Paper>
  );
}
