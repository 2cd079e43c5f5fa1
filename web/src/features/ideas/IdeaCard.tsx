import { Badge, Button, Group, Menu, Paper, Text, Title, Tooltip } from '@mantine/core';
import { BookOpenCheck, Check, ChevronDown, Pencil } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Campaign, Feedback, Idea } from '@/api/generated/types.gen';
import { Claims } from '@/features/evidence/Claims';
import { ReportText } from '@/features/evidence/ReportText';
import { formatPercent } from '@/lib/format';
import { CompareIdea, type Comparing } from './CompareIdea';
import { Confidence } from './Confidence';
import { IdeaEditor } from './IdeaEditor';
import classes from './Ideas.module.css';
import { RateIdea } from './RateIdea';
import type { useIdeas } from './useIdeas';

type Props = {
  campaign: Campaign;
  idea: Idea;
  channelName: (channel: string) => string;
  feedback: readonly Feedback[];
  busy: boolean;
  mayPlan: boolean;
  comparing?: Comparing;
  onEvidence: (passageId?: string) => void;
  onRedo: (wish?: string) => void;
  onRedoWithNote: () => void;
  actions: Omit<ReturnType<typeof useIdeas>, 'redo'>;
};

/** One idea: its words, its claims with sources, and what can be done with it. */
export function IdeaCard(props: Props) {
  const { campaign, idea, channelName, feedback, busy, mayPlan, comparing, onEvidence, onRedo, onRedoWithNote, actions } = props;
  const { t } = useTranslation();
  const [editing, setEditing] = useState(false);
  const sources = new Set(idea.claims.flatMap((claim) => claim.citations.map((c) => c.passage_id))).size;
  const facts: [string, string][] = [
    [t('ideas.message'), idea.core_message],
    [t('ideas.segments'), idea.target_segments.join(', ')],
    [t('ideas.kpi'), idea.target_kpi],
    [t('ideas.angle'), idea.competitive_angle],
    [t('ideas.channels'), idea.channels.map(channelName).join(', ')],
    [
      t('ideas.framework'),
      idea.framework && t(`ideas.frameworks.${idea.framework.toLowerCase() as 'aida'}`, { defaultValue: idea.framework }),
    ],
  ];
  return (
    <Paper
      component="article"
      withBorder
      p="lg"
      className={classes.card}
      data-chosen={idea.chosen || undefined}
      aria-label={idea.theme}
      data-idea={idea.id}
    >
      {editing ? (
        <IdeaEditor campaign={campaign} ideaId={idea.id} onDone={() => setEditing(false)} />
      ) : (
        <>
          <Group justify="space-between" align="flex-start" wrap="nowrap">
            <Title order={3} size="h2">
              {idea.theme}
            </Title>
            {idea.claims.length > 0 && (
              <Tooltip label={t('ideas.supportedHelp')} multiline maw={280} events={{ hover: true, focus: true, touch: true }}>
                <Badge variant="light" color={idea.supported_share < 1 ? 'yellow' : 'green'} tt="none" tabIndex={0} role="note">
                  {t('ideas.supported', { share: formatPercent(idea.supported_share) })}
                </Badge>
              </Tooltip>
            )}
          </Group>
          <Text mt={4} mb="sm">
            {idea.description}
          </Text>
          <Confidence idea={idea} />
          {idea.learned.map((words) => (
            <Text key={words} size="sm" c="dimmed">
              {t('ideas.learned', { words })}
            </Text>
          ))}
          <Claims claims={idea.claims} evidence={campaign.evidence} onOpen={onEvidence} />
          <dl className={classes.facts}>
            {facts
              .filter(([, value]) => value)
              .map(([term, value]) => (
                <FactRow key={term} term={term} value={value} />
              ))}
          </dl>
        </>
      )}
      <div className={classes.bar}>
        <Button size="xs" variant="subtle" leftSection={<BookOpenCheck size={16} aria-hidden />} onClick={() => onEvidence()}>
          {t('ideas.sources', { count: sources })}
        </Button>
        <RateIdea idea={idea} feedback={feedback} actions={actions} />
        <ReportText of={{ target: 'idea', target_id: idea.id, campaign_id: campaign.id }} />
        {comparing && <CompareIdea id={idea.id} comparing={comparing} />}
        <Group gap="xs" className={classes.push}>
          <Menu position="bottom-end">
            <Menu.Target>
              <Button size="xs" variant="default" rightSection={<ChevronDown size={14} aria-hidden />} disabled={busy || !mayPlan}>
                {t('ideas.redo')}
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item onClick={() => onRedo()}>{t('ideas.redoAgain')}</Menu.Item>
              <Menu.Item onClick={() => onRedo(t('ideas.wish.shorter'))}>{t('ideas.redoShorter')}</Menu.Item>
              <Menu.Item onClick={() => onRedo(t('ideas.wish.bolder'))}>{t('ideas.redoBolder')}</Menu.Item>
              <Menu.Item onClick={() => onRedo(t('ideas.wish.audience'))}>{t('ideas.redoAudience')}</Menu.Item>
              <Menu.Item onClick={onRedoWithNote}>{t('ideas.redoNote')}</Menu.Item>
            </Menu.Dropdown>
          </Menu>
          <Button
            size="xs"
            variant="default"
            leftSection={<Pencil size={14} aria-hidden />}
            disabled={busy || !mayPlan || editing}
            onClick={() => setEditing(true)}
          >
            {t('ideas.edit')}
          </Button>
          <Button
            size="xs"
            variant={idea.chosen ? 'light' : 'filled'}
            leftSection={idea.chosen ? <Check size={14} aria-hidden /> : undefined}
            aria-pressed={idea.chosen}
            disabled={busy || !mayPlan || actions.edit.isPending}
            onClick={() => actions.edit.mutate({ ideaId: idea.id, patch: { chosen: !idea.chosen } })}
          >
            {idea.chosen ? t('ideas.used') : t('ideas.use')}
          </Button>
        </Group>
      </div>
    </Paper>
  );
}

function FactRow({ term, value }: { term: string; value: string }) {
  return (
    <>
      <dt>{term}</dt>
      <dd>{value}</dd>
    </>
  );
}
