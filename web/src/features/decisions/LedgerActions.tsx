import { Button, Group } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Download, Stamp } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { verifyDecisionsQueryKey } from '@/api/generated/@tanstack/react-query.gen';
import { exportDecisions, makeCheckpoint } from '@/api/generated/sdk.gen';
import { saveFile } from '@/lib/saveFile';

/** What administrators do with the ledger: take it away, and sign its present end. */
export function LedgerActions() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const take = useMutation({
    mutationFn: async () => (await exportDecisions({ parseAs: 'text' })).data,
    onSuccess: (lines) => saveFile(new Blob([lines]), 'decisions.jsonl'),
  });
  const sign = useMutation({
    mutationFn: async () => (await makeCheckpoint()).data,
    onSuccess: async ({ sequence }) => {
      notifications.show({ message: t('decisions.signed', { number: sequence }) });
      await client.invalidateQueries({ queryKey: verifyDecisionsQueryKey() });
    },
  });
  return (
    <Group gap="xs">
      <Button
        size="xs"
        variant="default"
        leftSection={<Stamp size={14} aria-hidden />}
        loading={sign.isPending}
        onClick={() => sign.mutate()}
      >
        {t('decisions.sign')}
      </Button>
      <Button
        size="xs"
        variant="default"
        leftSection={<Download size={14} aria-hidden />}
        loading={take.isPending}
        onClick={() => take.mutate()}
      >
        {t('decisions.export')}
      </Button>
    </Group>
  );
}
