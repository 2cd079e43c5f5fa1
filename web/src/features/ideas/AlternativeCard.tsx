import { Badge, Button, Checkbox, Group, List, Paper, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Alternative } from '@/api/generated/types.gen';
import { WordDiff } from '@/components/WordDiff';
import { formatAgo } from '@/lib/format';

type Props = {
  alternative: Alternative;
  busy: boolean;
  mayPlan: boolean;
  onAccept: (ideas?: readonly string[]) => void;
  onDecline: () => void;
};

type IdeaTexts = Alternative['after']['ideas'][number];

/** What a regeneration proposed beside what the plan says: to take, or to leave. It is kept either way. */
export function AlternativeCard({ alternative, busy, mayPlan, onAccept, onDecline }: Props) {
  const { t } = useTranslation();
  const { kind, state, before, after } = alternative;
  const [chosen, setChosen] = useState<readonly string[]>(() => after.ideas.map((idea) => idea.id));
  const whole = chosen.length === after.ideas.length;
  return (
    <Paper component="article" withBorder p="lg" aria-label={t(`alternatives.title.${kind}`)}>
      <Group justify="space-between" mb="xs">
        <Title order={3}>{t(`alternatives.title.${kind}`)}</Title>
        <Badge variant="light" color={state === 'open' ? 'blue' : 'gray'} tt="none">
          {t(`alternatives.state.${state}`)}
        </Badge>
      </Group>
      <Text size="xs" c="dimmed" mb="sm">
        {[
          t(alternative.author === 'ai' ? 'alternatives.byModel' : 'alternatives.byRules', { provider: alternative.provider }),
          formatAgo(alternative.created_at),
          alternative.note && t('alternatives.note', { note: alternative.note }),
        ]
          .filter(Boolean)
          .join(' · ')}
      </Text>
      {alternative.differs.length > 0 && (
        <List size="sm" mb="sm" aria-label={t('alternatives.differs')}>
          {alternative.differs.map((words) => (
            <List.Item key={words}>{words}</List.Item>
          ))}
        </List>
      )}
      {kind === 'idea' && after.ideas[0] && <IdeaDiff before={before.ideas[0]} after={after.ideas[0]} />}
      {kind === 'ideas' && (
        <Stack gap="sm">
          {after.ideas.map((idea) => (
            <Checkbox
              key={idea.id}
              label={idea.theme}
              description={idea.description}
              checked={chosen.includes(idea.id)}
              disabled={!mayPlan}
              onChange={(event) => setChosen(event.currentTarget.checked ? [...chosen, idea.id] : chosen.filter((id) => id !== idea.id))}
            />
          ))}
          <Text size="sm" c="dimmed">
            {t('alternatives.instead', { themes: before.ideas.map((idea) => idea.theme).join(', ') })}
          </Text>
        </Stack>
      )}
      {kind === 'strategies' && (
        <Stack gap="sm">
          {after.channel_strategies.map((one) => (
            <div key={one.channel}>
              <Text size="sm" fw={600}>
                {one.channel_name}
              </Text>
              <Text size="sm" component="div">
                <WordDiff
                  before={before.channel_strategies.find((old) => old.channel === one.channel)?.strategy ?? ''}
                  after={one.strategy}
                />
              </Text>
            </div>
          ))}
        </Stack>
      )}
      <Group justify="flex-end" mt="md" gap="xs">
        {state === 'open' && (
          <Button size="xs" variant="default" disabled={!mayPlan || busy} onClick={onDecline}>
            {t('alternatives.keepOld')}
          </Button>
        )}
        <Button
          size="xs"
          variant={state === 'open' ? 'filled' : 'default'}
          disabled={!mayPlan || busy || state === 'outdated' || (kind === 'ideas' && chosen.length === 0)}
          onClick={() => onAccept(kind === 'ideas' && !whole ? chosen : undefined)}
        >
          {t(state === 'open' ? 'alternatives.accept' : 'alternatives.takeAfterAll')}
        </Button>
      </Group>
    </Paper>
  );
}

function IdeaDiff({ before, after }: { before: IdeaTexts | undefined; after: IdeaTexts }) {
  const { t } = useTranslation();
  const parts = ['theme', 'description', 'core_message', 'competitive_angle'] as const;
  return (
    <Stack gap={6}>
      {parts.map((part) => (
        <Text key={part} size="sm" component="div">
          <Text span c="dimmed" inherit>
            {t(`alternatives.part.${part}`)}
          </Text>{' '}
          <WordDiff before={before?.[part] ?? ''} after={after[part]} />
        </Text>
      ))}
    </Stack>
  );
}
