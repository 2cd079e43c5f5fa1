import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { unchanged } from '@/api/client';
import { ApiError } from '@/api/errors';
import { getCampaignQueryKey, listCampaignsQueryKey } from '@/api/generated/@tanstack/react-query.gen';
import { editCampaign } from '@/api/generated/sdk.gen';
import type { CampaignStatus } from '@/api/generated/types.gen';
import { Dialog } from '@/components/Dialog';

type Props = { campaign: { id: string; name: string; version: number; status: CampaignStatus }; onClose: () => void };

/** Gives a campaign another name; says what that means for one that is reviewed or approved. */
export function RenameDialog({ campaign, onClose }: Props) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const form = useForm({
    initialValues: { name: campaign.name },
    validate: { name: (value) => (value.trim() ? null : t('campaigns.nameMissing')) },
  });
  const rename = useMutation({
    mutationFn: async (name: string) =>
      (await editCampaign({ path: { campaign_id: campaign.id }, body: { name }, headers: unchanged(campaign.version) })).data,
    onSuccess: async (saved) => {
      client.setQueryData(getCampaignQueryKey({ path: { campaign_id: saved.id } }), saved);
      onClose();
      await client.invalidateQueries({ queryKey: listCampaignsQueryKey() });
    },
    onError: (error) => error instanceof ApiError && form.setErrors({ name: error.fields.name ?? error.message }),
    meta: { quiet: true },
  });
  return (
    <Dialog opened onClose={onClose} title={t('campaigns.rename')}>
      <form onSubmit={form.onSubmit(({ name }) => rename.mutate(name.trim()))} noValidate>
        <Stack gap="sm">
          <TextInput data-autofocus label={t('campaigns.newName')} maxLength={200} {...form.getInputProps('name')} />
          {campaign.status !== 'draft' && (
            <Text size="sm" c="dimmed">
              {t('campaigns.renameDrafts')}
            </Text>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('common.cancel')}
            </Button>
            <Button type="submit" disabled={!form.isDirty()} loading={rename.isPending}>
              {t('common.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
