import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { useSearchParams } from 'react-router';
import { once, unchanged } from '@/api/client';
import { getCampaignQueryKey, listFeedbackQueryKey, listRunsQueryKey } from '@/api/generated/@tanstack/react-query.gen';
import {
  deleteFeedback,
  editIdea,
  editStrategy,
  giveFeedback,
  regenerateIdea,
  regenerateIdeas,
  regenerateStrategies,
} from '@/api/generated/sdk.gen';
import type { Campaign, FeedbackInput, IdeaEdit } from '@/api/generated/types.gen';
import { onNewest } from './onNewest';

/** What is to be made anew: one idea, the channel strategies, or all ideas. */
type Redo = { ideaId?: string; strategies?: true; note?: string };

/** What of an idea a person edits. */
const wordsOf = (ideaId: string) => (campaign: Campaign) => {
  const idea = campaign.ideas.find((each) => each.id === ideaId);
  return idea && [idea.theme, idea.description, idea.core_message, idea.target_kpi, idea.chosen];
};

const strategyOf = (channel: string) => (campaign: Campaign) =>
  campaign.channel_strategies.find((plan) => plan.channel === channel)?.strategy;

/** What can be done to a campaign's ideas. */
export function useIdeas(campaign: Campaign) {
  const client = useQueryClient();
  const [, setParams] = useSearchParams();
  const key = getCampaignQueryKey({ path: { campaign_id: campaign.id } });

  // The run's id stands in the address, so that a refresh goes on following it.
  const follow = useCallback(
    (run: string) =>
      setParams((before) => {
        const next = new URLSearchParams(before);
        next.set('run', run);
        return next;
      }),
    [setParams],
  );

  const redo = useMutation({
    mutationFn: async ({ ideaId, strategies, note }: Redo) => {
      const asked = { path: { campaign_id: campaign.id }, body: note ? { note } : {}, headers: once() };
      if (strategies) return (await regenerateStrategies(asked)).data;
      if (!ideaId) return (await regenerateIdeas(asked)).data;
      return (await regenerateIdea({ ...asked, path: { ...asked.path, idea_id: ideaId } })).data;
    },
    onSuccess: async (answer) => {
      if ('steps' in answer) follow(answer.id);
      else client.setQueryData(key, answer);
      await client.invalidateQueries({ queryKey: listRunsQueryKey() });
    },
  });

  const edit = useMutation({
    mutationFn: ({ ideaId, patch }: { ideaId: string; patch: IdeaEdit }) =>
      onNewest(campaign, wordsOf(ideaId), (version) =>
        editIdea({ path: { campaign_id: campaign.id, idea_id: ideaId }, body: patch, headers: unchanged(version) }),
      ),
    scope: { id: `campaign-${campaign.id}` },
    onSuccess: ({ data }) => client.setQueryData(key, data),
    onError: () => client.invalidateQueries({ queryKey: key }),
  });

  const reword = useMutation({
    mutationFn: ({ channel, strategy }: { channel: string; strategy: string }) =>
      onNewest(campaign, strategyOf(channel), (version) =>
        editStrategy({ path: { campaign_id: campaign.id, channel }, body: { strategy }, headers: unchanged(version) }),
      ),
    scope: { id: `campaign-${campaign.id}` },
    onSuccess: ({ data }) => client.setQueryData(key, data),
    onError: () => client.invalidateQueries({ queryKey: key }),
  });

  const refreshFeedback = () => client.invalidateQueries({ queryKey: listFeedbackQueryKey({ query: { campaign_id: campaign.id } }) });
  const rate = useMutation({
    mutationFn: (body: Omit<FeedbackInput, 'campaign_id' | 'target'>) =>
      giveFeedback({ body: { ...body, campaign_id: campaign.id, target: 'idea' } }),
    onSuccess: refreshFeedback,
  });
  const unrate = useMutation({ mutationFn: (id: string) => deleteFeedback({ path: { feedback_id: id } }), onSuccess: refreshFeedback });

  return { redo, edit, reword, rate, unrate };
}
