import { ActionIcon, Menu } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Ellipsis, Trash2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { listCampaignsQueryKey } from '@/api/generated/@tanstack/react-query.gen';
import { deleteCampaign, restoreCampaign } from '@/api/generated/sdk.gen';
import { useCan } from '@/api/me';
import { offerUndo } from '@/components/undo';

type Props = { campaign: { id: string; name: string }; onDeleted?: () => void };

/** Deletes at once and offers to undo it. */
export function CampaignMenu({ campaign, onDeleted }: Props) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const mayPlan = useCan('plan');
  const refresh = () => client.invalidateQueries({ queryKey: listCampaignsQueryKey() });
  const restore = useMutation({ mutationFn: () => restoreCampaign({ path: { campaign_id: campaign.id } }), onSuccess: refresh });
  const remove = useMutation({
    mutationFn: () => deleteCampaign({ path: { campaign_id: campaign.id } }),
    onSuccess: async () => {
      offerUndo({ message: t('campaigns.deleted', { name: campaign.name }), undo: t('common.undo'), onUndo: () => restore.mutate() });
      onDeleted?.();
      await refresh();
    },
  });
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t('campaigns.menu', { name: campaign.name })}>
          <Ellipsis size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          color="red"
          leftSection={<Trash2 size={16} aria-hidden />}
          disabled={!mayPlan || remove.isPending}
          onClick={() => remove.mutate()}
        >
          {t('common.delete')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
