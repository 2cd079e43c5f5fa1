import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { once } from '@/api/client';
import { ApiError } from '@/api/errors';
import { listSignalsQueryKey } from '@/api/generated/@tanstack/react-query.gen';
import { readLink } from '@/api/generated/sdk.gen';
import { Dialog } from '@/components/Dialog';
import { Refusal } from './Refusal';

type Props = { onClose: () => void; onAdded: (signalId: string) => void };

/** Reads the page behind an address and keeps it as a signal. */
export function LinkDialog({ onClose, onAdded }: Props) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [url, setUrl] = useState('');
  const read = useMutation({
    mutationFn: () => readLink({ body: { url: url.trim() }, headers: once() }),
    onSuccess: async ({ data }) => {
      await client.invalidateQueries({ queryKey: listSignalsQueryKey() });
      onAdded(data.id);
      onClose();
    },
    meta: { quiet: true },
  });
  const failed = read.error instanceof ApiError ? read.error : undefined;
  const send = (event: FormEvent) => {
    event.preventDefault();
    read.mutate();
  };
  return (
    <Dialog opened onClose={onClose} title={t('market.addLink')}>
      <form onSubmit={send} noValidate>
        <Stack gap="sm">
          <Text size="sm">{t('market.linkText')}</Text>
          {failed && !failed.fields.url && <Refusal error={failed} onFollow={onClose} />}
          <TextInput
            data-autofocus
            type="url"
            label={t('market.address')}
            placeholder={t('common.addressHint')}
            value={url}
            error={failed?.fields.url}
            onChange={(event) => setUrl(event.currentTarget.value)}
          />
        </Stack>
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button type="submit" disabled={!url.trim()} loading={read.isPending}>
            {t('market.read')}
          </Button>
        </Group>
      </form>
    </Dialog>
  );
}
