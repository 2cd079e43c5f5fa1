import { Alert, Button, Group, Select, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { once } from '@/api/client';
import { getAiSettingsOptions } from '@/api/generated/@tanstack/react-query.gen';
import { replayRunWith } from '@/api/generated/sdk.gen';
import { Dialog } from '@/components/Dialog';

/** Chooses the model that is to write a recorded run anew; the old campaign stays as it is. */
export function ReplayDialog({ run, onClose }: { run: string; onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const settings = useQuery({ ...getAiSettingsOptions(), throwOnError: false });
  const [chosen, setChosen] = useState<string | null>(null);
  const models = (settings.data?.providers ?? []).flatMap((provider) =>
    [...new Set(Object.values(provider.models).filter(Boolean))].map((model) => ({
      value: `${provider.name}:${model}`,
      label: t('decisions.modelOf', { model, provider: provider.name }),
    })),
  );
  const start = useMutation({
    mutationFn: async (name: string) => {
      const [provider = '', ...model] = name.split(':');
      return (await replayRunWith({ path: { run_id: run }, body: { provider, model: model.join(':') }, headers: once() })).data;
    },
    onSuccess: ({ id }) => void navigate(`/runs/${id}`),
    meta: { quiet: true },
  });
  return (
    <Dialog opened onClose={onClose} title={t('decisions.replayWith')}>
      <Text size="sm" mb="sm">
        {t('decisions.replayText')}
      </Text>
      {start.error && (
        <Alert color="red" role="alert" mb="sm">
          {start.error.message}
        </Alert>
      )}
      {models.length === 0 ? (
        <Text size="sm">{t('decisions.noModels')}</Text>
      ) : (
        <Select data-autofocus label={t('decisions.model')} data={models} value={chosen} onChange={setChosen} />
      )}
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={onClose}>
          {t('common.cancel')}
        </Button>
        <Button disabled={!chosen} loading={start.isPending} onClick={() => chosen && start.mutate(chosen)}>
          {t('decisions.replayStart')}
        </Button>
      </Group>
    </Dialog>
  );
}
