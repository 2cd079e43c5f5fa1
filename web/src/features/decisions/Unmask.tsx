import { Alert, Button, Group, Text, Textarea } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { unmaskDecision } from '@/api/generated/sdk.gen';
import type { Decision } from '@/api/generated/types.gen';
import { useCan } from '@/api/me';
import { Dialog } from '@/components/Dialog';
import { JsonTree } from './JsonTree';

/** Says what is masked; an administrator may see it for a reason, which the ledger keeps. */
export function Unmask({ decision }: { decision: Decision }) {
  const { t } = useTranslation();
  const may = useCan('administer');
  const [asking, setAsking] = useState(false);
  const [reason, setReason] = useState('');
  const unmask = useMutation({
    mutationFn: async () => (await unmaskDecision({ path: { decision_id: decision.id }, body: { reason } })).data,
    onSuccess: () => setAsking(false),
    meta: { quiet: true },
  });
  const hidden = [
    ...decision.masked,
    ...(decision.subjects.length > 0 ? [t('decisions.sealed', { count: decision.subjects.length })] : []),
  ];
  const send = (event: FormEvent) => {
    event.preventDefault();
    unmask.mutate();
  };
  if (hidden.length === 0) return null;
  return (
    <>
      <Group gap="sm">
        <Text size="sm">{t('decisions.masked', { what: hidden.join(', ') })}</Text>
        {may && (
          <Button size="compact-sm" variant="default" onClick={() => setAsking(true)}>
            {t('decisions.unmask')}
          </Button>
        )}
      </Group>
      {unmask.data && <JsonTree value={{ entry: unmask.data.entry, personal: unmask.data.personal }} />}
      <Dialog opened={asking} onClose={() => setAsking(false)} title={t('decisions.unmask')}>
        <form onSubmit={send}>
          {unmask.error && (
            <Alert color="red" role="alert" mb="sm">
              {unmask.error.message}
            </Alert>
          )}
          <Textarea
            data-autofocus
            label={t('decisions.reason')}
            description={t('decisions.reasonHelp')}
            autosize
            minRows={2}
            maxLength={500}
            required
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          <Group justify="flex-end" mt="md">
            <Button variant="default" onClick={() => setAsking(false)}>
              {t('common.cancel')}
            </Button>
            <Button type="submit" disabled={!reason.trim()} loading={unmask.isPending}>
              {t('decisions.show')}
            </Button>
          </Group>
        </form>
      </Dialog>
    </>
  );
}
