import { useMutation, useQueryClient } from '@tanstack/react-query';
import { unchanged } from '@/api/client';
import { getCampaignQueryKey } from '@/api/generated/@tanstack/react-query.gen';
import { sourceClaim, unwaiveClaim, waiveClaim } from '@/api/generated/sdk.gen';
import type { Campaign } from '@/api/generated/types.gen';
import { onNewestPlan } from '@/api/newest';

/** Whose claims are shown: an idea's, a channel's, or the explanation's. */
export type Owner = { owner: 'idea' | 'channel' | 'explanation'; owner_id: string | null };
type Quote = { passage_id: string; quote: string; stance: 'supports' | 'contradicts' | 'background' };

/** What a person does about a claim without a source: find one, or waive it with a reason. */
export function useClaims(campaign: Campaign, owner: Owner) {
  const client = useQueryClient();
  const key = getCampaignQueryKey({ path: { campaign_id: campaign.id } });
  const path = { campaign_id: campaign.id };
  const settled = {
    scope: { id: `campaign-${campaign.id}` },
    onSuccess: ({ data }: { data: Campaign }) => client.setQueryData(key, data),
    onError: () => client.invalidateQueries({ queryKey: key }),
  };
  return {
    waive: useMutation({
      mutationFn: ({ text, reason }: { text: string; reason: string }) =>
        onNewestPlan(campaign, (version) => waiveClaim({ path, headers: unchanged(version), body: { ...owner, text, reason } })),
      ...settled,
    }),
    unwaive: useMutation({
      mutationFn: (text: string) =>
        onNewestPlan(campaign, (version) => unwaiveClaim({ path, headers: unchanged(version), body: { ...owner, text } })),
      ...settled,
    }),
    source: useMutation({
      mutationFn: ({ text, ...quote }: Quote & { text: string }) =>
        onNewestPlan(campaign, (version) => sourceClaim({ path, headers: unchanged(version), body: { ...owner, text, ...quote } })),
      ...settled,
    }),
  };
}
