import { Alert, Button, NavLink, Paper, SegmentedControl, Stack, Text } from '@mantine/core';
import { MessageCircle, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { Async } from '@/components/Async';
import { Notice } from '@/components/Notice';
import { PageHeader } from '@/components/PageHeader';
import { formatAgo } from '@/lib/format';
import { useUrlState } from '@/lib/useUrlState';
import classes from './Assistant.module.css';
import { Conversation } from './Conversation';
import { SayForm } from './SayForm';
import { ASSISTANTS, type Assistant, useSession, useSessions, useTalk } from './useSession';

const PLACE: { campaign: string | undefined; assistant: string } = { campaign: undefined, assistant: 'workspace' };

/** Conversations with the assistants, which answer from what the workspace knows and change nothing by themselves. */
export function AssistantPage() {
  const { t } = useTranslation();
  const { id } = useParams();
  const sessions = useSessions();
  const session = useSession(id);
  const { remove } = useTalk();
  return (
    <>
      <PageHeader
        title={t('nav.assistant')}
        facts={t('assistant.facts')}
        actions={
          id && (
            <Button
              size="xs"
              variant="default"
              leftSection={<Trash2 size={14} aria-hidden />}
              loading={remove.isPending}
              onClick={() => remove.mutate(id)}
            >
              {t('assistant.delete')}
            </Button>
          )
        }
      />
      <div className={classes.layout}>
        <nav aria-label={t('assistant.sessions')} className={classes.side}>
          <Button
            component={Link}
            to="/assistant"
            size="xs"
            variant="default"
            fullWidth
            mb="xs"
            leftSection={<Plus size={14} aria-hidden />}
          >
            {t('assistant.new')}
          </Button>
          {sessions.data?.items.map((one) => (
            <NavLink
              key={one.id}
              component={Link}
              to={`/assistant/${one.id}`}
              active={one.id === id}
              aria-current={one.id === id ? 'page' : undefined}
              label={one.title || t('assistant.untitled')}
              description={[t(`assistant.name.${one.assistant}`), formatAgo(one.updated_at)].join(' · ')}
            />
          ))}
        </nav>
        <div className={classes.main}>
          {id ? (
            <Async query={session} what={t('assistant.one')} rows={4}>
              {(loaded) => <Conversation session={loaded} />}
            </Async>
          ) : (
            <Fresh />
          )}
        </div>
      </div>
    </>
  );
}

/** Before the first question: which assistant, and what one may ask it. */
function Fresh() {
  const { t } = useTranslation();
  const [place, setPlace] = useUrlState(PLACE);
  const { ask } = useTalk();
  const [draft, setDraft] = useState('');
  const assistant = ASSISTANTS.find((name) => name === place.assistant) ?? 'workspace';
  const start = (text: string) => ask.mutate({ text, assistant, campaign: place.campaign });
  return (
    <Stack>
      <SegmentedControl
        aria-label={t('assistant.which')}
        value={assistant}
        onChange={(name) => setPlace({ assistant: name })}
        data={ASSISTANTS.map((name: Assistant) => ({ value: name, label: t(`assistant.name.${name}`) }))}
      />
      <Notice title={t(`assistant.ask.${assistant}`)} text={t(`assistant.about.${assistant}`)} icon={<MessageCircle />}>
        {(['first', 'second', 'third'] as const).map((which) => (
          <Button key={which} size="xs" variant="default" onClick={() => setDraft(t(`assistant.example.${assistant}.${which}`))}>
            {t(`assistant.example.${assistant}.${which}`)}
          </Button>
        ))}
      </Notice>
      {ask.error && (
        <Alert color="red" role="alert">
          {ask.error.message}
        </Alert>
      )}
      <Paper withBorder p="md">
        <SayForm key={draft} initial={draft} busy={ask.isPending} onSay={start} />
        <Text size="xs" c="dimmed" mt="xs">
          {t('assistant.promise')}
        </Text>
      </Paper>
    </Stack>
  );
}
