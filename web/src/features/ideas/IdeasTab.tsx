import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Lightbulb, RefreshCw } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useOutletContext } from 'react-router';
import { listFeedbackOptions } from '@/api/generated/@tanstack/react-query.gen';
import type { Campaign } from '@/api/generated/types.gen';
import { useCan } from '@/api/me';
import { Notice } from '@/components/Notice';
import { EvidenceDrawer } from '@/features/evidence/EvidenceDrawer';
import { RunPanel } from '@/features/jobs/RunPanel';
import { isActive, useRun } from '@/features/jobs/useRun';
import { type Command, usePageCommands } from '@/lib/commands';
import { useUrlState } from '@/lib/useUrlState';
import { Alternatives } from './Alternatives';
import { ClaimsToReview } from './ClaimsToReview';
import { ComingIdeas } from './ComingIdeas';
import { CompareDialog } from './CompareDialog';
import { chosenWith } from './compare';
import { ExplanationCard } from './ExplanationCard';
import { IdeaCard } from './IdeaCard';
import classes from './Ideas.module.css';
import { NoteDialog } from './NoteDialog';
import { RunSummary } from './RunSummary';
import { StrategiesSection } from './StrategiesSection';
import { useIdeas } from './useIdeas';
import { WithoutDialog } from './WithoutDialog';

const PLACE: { compare: string | undefined; evidence: string | undefined; source: string | undefined; run: string | undefined } = {
  compare: undefined,
  evidence: undefined,
  source: undefined,
  run: undefined,
};

/** The idea in whose card the focus is. */
const focusedIdea = (): string | undefined => document.activeElement?.closest<HTMLElement>('[data-idea]')?.dataset.idea;

/** The proposed ideas with their evidence; each can be edited, redone, rated and chosen. */
export function IdeasTab() {
  const { t } = useTranslation();
  const campaign = useOutletContext<Campaign>();
  const [place, setPlace] = useUrlState(PLACE);
  const mayPlan = useCan('plan');
  const { redo, ...actions } = useIdeas(campaign);
  const [noteFor, setNoteFor] = useState<{ ideaId?: string; strategies?: true }>();
  const [ticked, setTicked] = useState<string[]>(() => (place.compare ?? '').split(','));
  const [without, setWithout] = useState<{ id?: string }>();
  const feedback = useQuery({ ...listFeedbackOptions({ query: { campaign_id: campaign.id } }), throwOnError: false });
  const running = campaign.run_state === 'queued' || campaign.run_state === 'running' ? (campaign.run_id ?? undefined) : undefined;
  const run = useRun(place.run ?? running).data;
  const busy = isActive(run) || redo.isPending;

  const ideaOf = (id: string) => campaign.ideas.find((idea) => idea.id === id);
  const chosen = ticked.filter(ideaOf);
  const [left, right] = (place.compare ?? '').split(',').map(ideaOf);
  const comparing = {
    chosen,
    toggle: (id: string) => setTicked(chosenWith(chosen, id)),
    open: () => setPlace({ compare: chosen.join(',') }),
  };
  const shown = ideaOf(place.evidence ?? '');
  const explained = place.evidence === 'explanation' ? campaign.explanation : undefined;
  const channel = campaign.channel_strategies.find((plan) => plan.channel === place.evidence);
  const about = shown?.theme ?? channel?.channel_name ?? (explained ? t('ideas.explanation') : '');
  const claims = shown?.claims ?? channel?.claims ?? explained?.chain ?? [];
  const channelName = (channel: string) => campaign.channel_strategies.find((plan) => plan.channel === channel)?.channel_name ?? channel;
  const open = (evidence: string) => (source?: string) => setPlace({ evidence, source });

  const first = campaign.ideas[0]?.id;
  const commands = useMemo(
    (): Command[] => [
      {
        id: 'evidence',
        label: t('ideas.showEvidence'),
        group: 'page',
        keys: 'v',
        allowed: first !== undefined,
        run: () => setPlace({ evidence: focusedIdea() ?? first, source: undefined }),
      },
    ],
    [t, first, setPlace],
  );
  usePageCommands(commands);

  return (
    <div className={classes.layout}>
      <Stack className={classes.side}>
        {run && (isActive(run) || run.state === 'failed') && <RunPanel run={run} />}
        {!busy && <RunSummary campaign={campaign} />}
        {!busy && <ClaimsToReview campaign={campaign} onOpen={(evidence) => setPlace({ evidence, source: undefined })} />}
        {campaign.explanation && (
          <ExplanationCard
            explanation={campaign.explanation}
            evidence={campaign.evidence}
            onEvidence={open('explanation')}
            onWithout={mayPlan ? () => setWithout({}) : undefined}
          />
        )}
      </Stack>
      <div className={classes.main}>
        <Group justify="space-between" mb="sm">
          <Title order={2}>{t('ideas.title', { count: campaign.ideas.length })}</Title>
          <Button
            variant="default"
            size="xs"
            leftSection={<RefreshCw size={14} aria-hidden />}
            disabled={!mayPlan || busy}
            onClick={() => setNoteFor({})}
          >
            {t('ideas.redoAll')}
          </Button>
        </Group>
        <Text size="xs" c="dimmed" mb="sm">
          {t('ideas.provenance')}
        </Text>
        {run && isActive(run) && <ComingIdeas run={run} />}
        <Alternatives campaign={campaign} kinds={['idea', 'ideas']} />
        {campaign.ideas.length === 0 && !busy && <Notice title={t('ideas.none')} text={t('ideas.noneText')} icon={<Lightbulb />} />}
        <Stack gap="md">
          {campaign.ideas.map((idea) => (
            <IdeaCard
              key={idea.id}
              campaign={campaign}
              idea={idea}
              channelName={channelName}
              feedback={feedback.data?.items.filter((entry) => entry.target_id === idea.id) ?? []}
              busy={busy}
              mayPlan={mayPlan}
              comparing={campaign.ideas.length > 1 ? comparing : undefined}
              onEvidence={open(idea.id)}
              onRedo={(note) => redo.mutate(note ? { ideaId: idea.id, note } : { ideaId: idea.id })}
              onRedoWithNote={() => setNoteFor({ ideaId: idea.id })}
              actions={actions}
            />
          ))}
        </Stack>
        <StrategiesSection
          campaign={campaign}
          disabled={!mayPlan || busy}
          onRedo={() => setNoteFor({ strategies: true })}
          onEvidence={(channel) => open(channel)}
        />
      </div>
      <EvidenceDrawer
        about={about}
        campaign={campaign}
        owner={
          shown
            ? { owner: 'idea', owner_id: shown.id }
            : channel
              ? { owner: 'channel', owner_id: channel.id }
              : { owner: 'explanation', owner_id: null }
        }
        claims={claims}
        chosen={place.source}
        opened={claims.length > 0}
        onClose={() => setPlace({ evidence: undefined, source: undefined })}
        onWithout={mayPlan ? (id) => setWithout({ id }) : undefined}
      />
      {left && right && <CompareDialog pair={[left, right]} channelName={channelName} onClose={() => setPlace({ compare: undefined })} />}
      {without && <WithoutDialog campaign={campaign} chosen={without.id} onClose={() => setWithout(undefined)} />}
      <NoteDialog
        opened={noteFor !== undefined}
        title={t(noteFor?.strategies ? 'ideas.redoStrategies' : noteFor?.ideaId ? 'ideas.redoOne' : 'ideas.redoAll')}
        onClose={() => setNoteFor(undefined)}
        onSend={(note) => {
          redo.mutate({ ...noteFor, note });
          setNoteFor(undefined);
        }}
      />
    </div>
  );
}
