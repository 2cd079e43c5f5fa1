import { Button, Group, Textarea } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { unchanged } from '@/api/client';
import { adoptModel, rejectModel } from '@/api/generated/sdk.gen';
import type { Model } from '@/api/generated/types.gen';
import { useCan } from '@/api/me';
import { Dialog } from '@/components/Dialog';

/** Adopting a version, or setting it aside, each with a reason that is kept. */
export function ModelActions({ model }: { model: Model }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const mayPlan = useCan('plan');
  const [asked, ask] = useState<'adopt' | 'reject' | undefined>();
  const [reason, setReason] = useState('');
  const decide = useMutation({
    mutationFn: (what: 'adopt' | 'reject') => {
      const request = { path: { model_id: model.id }, body: { reason: reason.trim() }, headers: unchanged(model.version) };
      return what === 'adopt' ? adoptModel(request) : rejectModel(request);
    },
    onSuccess: async () => {
      ask(undefined);
      setReason('');
      await client.invalidateQueries();
    },
  });
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (asked) decide.mutate(asked);
  };
  if (model.state === 'adopted') return null;
  return (
    <>
      {model.state === 'candidate' && (
        <Button variant="default" disabled={!mayPlan} onClick={() => ask('reject')}>
          {t('measurement.reject')}
        </Button>
      )}
      <Button disabled={!mayPlan} onClick={() => ask('adopt')}>
        {t('measurement.adopt')}
      </Button>
      <Dialog
        opened={asked !== undefined}
        onClose={() => ask(undefined)}
        title={t(asked === 'reject' ? 'measurement.reject' : 'measurement.adopt')}
      >
        <form onSubmit={send}>
          <Textarea
            data-autofocus
            label={t('measurement.reason')}
            description={t('measurement.reasonHelp')}
            autosize
            minRows={2}
            maxLength={500}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          <Group justify="flex-end" mt="md">
            <Button variant="default" onClick={() => ask(undefined)}>
              {t('common.cancel')}
            </Button>
            <Button type="submit" loading={decide.isPending}>
              {t(asked === 'reject' ? 'measurement.reject' : 'measurement.adopt')}
            </Button>
          </Group>
        </form>
      </Dialog>
    </>
  );
}
