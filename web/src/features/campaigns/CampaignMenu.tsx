import { ActionIcon, Menu } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Ellipsis, Pencil, Trash2 } from 'lucide-react';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { listCampaignsQueryKey } from '@/api/generated/@tanstack/react-query.gen';
import { deleteCampaign, restoreCampaign } from '@/api/generated/sdk.gen';
import type { CampaignStatus } from '@/api/generated/types.gen';
import { useCan } from '@/api/me';
import { offerUndo } from '@/components/undo';
import { RenameDialog } from './RenameDialog';

type Named = { id: string; name: string; version: number; status: CampaignStatus };
type Props = { campaign: Named; onDeleted?: () => void };

/** Statuses in which a campaign can still be edited. */
const EDITABLE: readonly CampaignStatus[] = ['draft', 'in_review', 'approved'];

/** Renames a campaign, or deletes it at once and offers to undo it. */
export function CampaignMenu({ campaign, onDeleted }: Props) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const mayPlan = useCan('plan');
  const button = useRef<HTMLButtonElement>(null);
  // The line of the menu that opened the dialog is gone: the focus goes back to the menu's button.
  const [naming, { open: name, close: named }] = useDisclosure(false, {
    onClose: () => requestAnimationFrame(() => button.current?.focus()),
  });
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
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon ref={button} variant="subtle" color="gray" size="lg" aria-label={t('campaigns.menu', { name: campaign.name })}>
            <Ellipsis size={18} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<Pencil size={16} aria-hidden />}
            disabled={!mayPlan || !EDITABLE.includes(campaign.status)}
            onClick={name}
          >
            {t('campaigns.rename')}
          </Menu.Item>
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
      {naming && <RenameDialog campaign={campaign} onClose={named} />}
    </>
  );
}
