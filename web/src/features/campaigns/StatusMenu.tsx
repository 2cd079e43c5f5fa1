import { Button, Menu } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ChevronDown } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { unchanged } from '@/api/client';
import { getCampaignQueryKey, listCampaignsQueryKey } from '@/api/generated/@tanstack/react-query.gen';
import { moveCampaign } from '@/api/generated/sdk.gen';
import type { Campaign } from '@/api/generated/types.gen';
import { useCan } from '@/api/me';
import { onNewestPlan } from '@/api/newest';

/** Moves a campaign to one of the statuses that it may have next. */
export function StatusMenu({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const mayPlan = useCan('plan');
  const move = useMutation({
    mutationFn: (status: Campaign['status']) =>
      onNewestPlan(campaign, (version) =>
        moveCampaign({ path: { campaign_id: campaign.id }, body: { status }, headers: unchanged(version) }),
      ),
    onSuccess: async ({ data }) => {
      client.setQueryData(getCampaignQueryKey({ path: { campaign_id: campaign.id } }), data);
      await client.invalidateQueries({ queryKey: listCampaignsQueryKey() });
    },
  });
  if (campaign.allowed_statuses.length === 0) return null;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" rightSection={<ChevronDown size={16} aria-hidden />} loading={move.isPending} disabled={!mayPlan}>
          {t('workspace.move')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {campaign.allowed_statuses.map((status) => (
          <Menu.Item key={status} onClick={() => move.mutate(status)}>
            {t(`workspace.moveTo.${status}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
