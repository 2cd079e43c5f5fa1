import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { unchanged } from '@/api/client';
import { ApiError } from '@/api/errors';
import { getCampaignQueryKey, getCurvesQueryKey, listCampaignsQueryKey } from '@/api/generated/@tanstack/react-query.gen';
import { saveAllocation } from '@/api/generated/sdk.gen';
import type { Campaign } from '@/api/generated/types.gen';
import { onNewestPlan } from '@/api/newest';
import { formatMoney } from '@/lib/money';
import { allocationBody, type Inputs, moneyOf } from './inputs';

export type Shown = Record<string, string>;
type Asked = { inputs: Inputs; shown: Shown | undefined };

/** The channels whose saved amounts differ from those shown, and by how much at most. */
export function differences(campaign: Campaign, shown: Shown) {
  const apart = campaign.channel_strategies.map(({ channel, budget }) => Math.abs(Number(budget.amount) - Number(shown[channel])));
  const differing = apart.filter((amount) => amount > 1e-6);
  return { count: differing.length, most: Math.max(0, ...differing) };
}

/** Saves the inputs; the server divides the budget again, and where it differs by a coin from what was shown, that is said. */
export function useSave(campaign: Campaign, currency: string, onSaved: (saved: Campaign) => void) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const path = { campaign_id: campaign.id };
  return useMutation({
    mutationFn: ({ inputs }: Asked) =>
      onNewestPlan(campaign, (version) => saveAllocation({ path, body: allocationBody(inputs, currency), headers: unchanged(version) })),
    onSuccess: async ({ data }, { shown }) => {
      client.setQueryData(getCampaignQueryKey({ path }), data);
      onSaved(data);
      notifications.show({ color: 'brand', message: t('budget.saved', { version: data.version }), role: 'status' });
      const { count, most } = shown ? differences(data, shown) : { count: 0, most: 0 };
      if (count > 0)
        notifications.show({
          color: 'yellow',
          message: t('budget.differs', { count, amount: formatMoney(moneyOf(most, currency), { exact: true }) }),
          role: 'status',
          autoClose: false,
        });
      await client.invalidateQueries({ queryKey: getCurvesQueryKey({ path }) });
      await client.invalidateQueries({ queryKey: listCampaignsQueryKey() });
    },
    onError: (error) => {
      if (error instanceof ApiError && error.status === 412) void client.invalidateQueries({ queryKey: getCampaignQueryKey({ path }) });
    },
  });
}
