import { Button, Popover, Stack, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { BookmarkPlus } from 'lucide-react';
import { type FormEvent, memo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { once } from '@/api/client';
import { listScenariosQueryKey } from '@/api/generated/@tanstack/react-query.gen';
import { createScenario } from '@/api/generated/sdk.gen';
import type { Campaign } from '@/api/generated/types.gen';
import { allocationBody, type Inputs } from './inputs';

type Props = { campaign: Campaign; inputs: Inputs; currency: string; disabled: boolean };

/** Keeps the inputs beside the plan under a name. */
export const KeepScenario = memo(function KeepScenario({ campaign, inputs, currency, disabled }: Props) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [opened, { open, close }] = useDisclosure(false);
  const [name, setName] = useState('');
  const path = { campaign_id: campaign.id };
  const keep = useMutation({
    mutationFn: (wanted: string) => createScenario({ path, body: { name: wanted, ...allocationBody(inputs, currency) }, headers: once() }),
    onSuccess: async ({ data }) => {
      close();
      setName('');
      notifications.show({ color: 'brand', message: t('budget.kept', { name: data.name }), role: 'status' });
      await client.invalidateQueries({ queryKey: listScenariosQueryKey({ path }) });
    },
    meta: { quiet: true },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim()) keep.mutate(name.trim());
  };
  return (
    <Popover opened={opened} onChange={(next) => !next && close()} trapFocus returnFocus position="bottom-end" withinPortal>
      <Popover.Target>
        <Button variant="default" leftSection={<BookmarkPlus size={16} aria-hidden />} disabled={disabled} onClick={opened ? close : open}>
          {t('budget.keep')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('budget.keep')}>
        <form onSubmit={submit}>
          <Stack gap="sm">
            <TextInput
              label={t('budget.scenarioName')}
              maxLength={120}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
              error={keep.error?.message}
              data-autofocus
            />
            <Button size="xs" type="submit" disabled={!name.trim()} loading={keep.isPending} style={{ alignSelf: 'end' }}>
              {t('budget.keepIt')}
            </Button>
          </Stack>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
});
