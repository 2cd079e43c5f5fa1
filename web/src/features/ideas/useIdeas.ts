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
import { onNewest } from '@/api/newest';

/** What is to be made anew: one idea, the channel strategies, or all ideas. */
type Redo = { ideaId?: string; strategies?: true; note?: string };

/** What of an idea a person edits. */
const wordsOf = (ideaId: string) => (campaign: Campaign) => {
  const idea = campaign.ideas.find((each) => each.id === ideaId);
  return [campaign.status, idea && [idea.theme, idea.description, idea.core_message, idea.target_kpi, idea.chosen]];
};

const strategyOf = (channel: string) => (campaign: Campaign) => [
  campaign.status,
  campaign.channel_strategies.find((plan) => plan.channel === channel)?.strategy,
];

/** How the answer of an edit reaches the page; a refused edit shows what is there now. */
function useKeeping(campaign: Campaign, quiet: boolean) {
  const client = useQueryClient();
  const key = getCampaignQueryKey({ path: { campaign_id: campaign.id } });
  return {
    scope: { id: `campaign-${campaign.id}` },
    onSuccess: ({ data }: { data: Campaign }) => client.setQueryData(key, data),
    onError: () => client.invalidateQueries({ queryKey: key }),
    meta: { quiet },
  };
}

/** Edits an idea as `seen` shows it: refused when somebody changed that idea since. */
export function useEditIdea(campaign: Campaign, { quiet = false } = {}) {
  return useMutation({
    mutationFn: ({ ideaId, patch, seen = campaign }: { ideaId: string; patch: IdeaEdit; seen?: Campaign }) =>
      onNewest(seen, wordsOf(ideaId), ({ version }) =>
        editIdea({ path: { campaign_id: campaign.id, idea_id: ideaId }, body: patch, headers: unchanged(version) }),
      ),
    ...useKeeping(campaign, quiet),
  });
}

/** Rewords what a channel should do, as `seen` shows it. */
export function useReword(campaign: Campaign) {
  return useMutation({
    mutationFn: ({ channel, strategy, seen }: { channel: string; strategy: string; seen: Campaign }) =>
      onNewest(seen, strategyOf(channel), ({ version }) =>
        editStrategy({ path: { campaign_id: campaign.id, channel }, body: { strategy }, headers: unchanged(version) }),
      ),
    ...useKeeping(campaign, true),
  });
}

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

  const edit = useEditIdea(campaign);

  const refreshFeedback = () => client.invalidateQueries({ queryKey: listFeedbackQueryKey({ query: { campaign_id: campaign.id } }) });
  const rate = useMutation({
    mutationFn: (body: Omit<FeedbackInput, 'campaign_id' | 'target'>) =>
      giveFeedback({ body: { ...body, campaign_id: campaign.id, target: 'idea' } }),
    onSuccess: refreshFeedback,
  });
  const unrate = useMutation({ mutationFn: (id: string) => deleteFeedback({ path: { feedback_id: id } }), onSuccess: refreshFeedback });

  return { redo, edit, rate, unrate };
}
