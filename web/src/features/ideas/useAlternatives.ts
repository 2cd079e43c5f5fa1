import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { unchanged } from '@/api/client';
import { getCampaignQueryKey, listAlternativesOptions, listAlternativesQueryKey } from '@/api/generated/@tanstack/react-query.gen';
import { acceptAlternative, declineAlternative } from '@/api/generated/sdk.gen';
import type { Campaign } from '@/api/generated/types.gen';
import { onNewestPlan } from '@/api/newest';

/** What regenerations of a campaign proposed, newest first, and taking or leaving it. */
export function useAlternatives(campaign: Campaign) {
  const client = useQueryClient();
  const path = { campaign_id: campaign.id };
  const refresh = () => client.invalidateQueries({ queryKey: listAlternativesQueryKey({ path }) });
  const list = useQuery({ ...listAlternativesOptions({ path }), throwOnError: false });
  const accept = useMutation({
    mutationFn: ({ id, ideas }: { id: string; ideas?: readonly string[] }) =>
      onNewestPlan(campaign, (version) =>
        acceptAlternative({
          path: { ...path, alternative_id: id },
          body: ideas ? { ideas: [...ideas] } : {},
          headers: unchanged(version),
        }),
      ),
    onSuccess: ({ data }) => {
      client.setQueryData(getCampaignQueryKey({ path }), data);
      void refresh();
    },
    onError: () => client.invalidateQueries({ queryKey: getCampaignQueryKey({ path }) }),
  });
  const decline = useMutation({
    mutationFn: (id: string) => declineAlternative({ path: { ...path, alternative_id: id } }),
    onSuccess: refresh,
  });
  return { items: list.data?.items ?? [], accept, decline };
}
