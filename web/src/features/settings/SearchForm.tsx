import { Alert, Group, Paper, Radio, Select, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { unchanged } from '@/api/client';
import { ApiError, currentOf } from '@/api/errors';
import { getRetrievalSettingsQueryKey } from '@/api/generated/@tanstack/react-query.gen';
import { saveRetrievalSettings } from '@/api/generated/sdk.gen';
import type { RetrievalSettings } from '@/api/generated/types.gen';
import { FormConflict } from '@/components/FormConflict';
import { SaveButton } from '@/components/SaveButton';
import { useRecordForm } from '@/lib/useRecordForm';
import { useAiSettings } from './useAi';

const EMBEDDERS = ['none', 'openai', 'bedrock', 'directory'] as const;
const FIELDS = ['embedder', 'provider_id', 'model', 'directory', 'sha256'] as const;
type Field = (typeof FIELDS)[number];
type Values = { embedder: RetrievalSettings['embedder'] } & Record<Exclude<Field, 'embedder'>, string>;

const valuesOf = (settings: RetrievalSettings): Values => ({
  embedder: settings.embedder,
  provider_id: settings.provider_id ?? '',
  model: settings.model ?? '',
  directory: settings.directory ?? '',
  sha256: settings.sha256 ?? '',
});
const isRemote = (embedder: string) => embedder === 'openai' || embedder === 'bedrock';

/** With which model meanings are compared, and where it is. */
export function SearchForm({ settings, may }: { settings: RetrievalSettings; may: boolean }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const providers = useAiSettings();
  const { form, base, dirty, follow, settle } = useRecordForm<Values, RetrievalSettings>({ record: settings, read: valuesOf });
  const { embedder } = form.values;
  const labels: Record<Field, string> = {
    embedder: t('search.compare'),
    provider_id: t('search.provider'),
    model: t('search.model'),
    directory: t('search.directory'),
    sha256: t('search.hash'),
  };
  const save = useMutation({
    mutationFn: ({ values, version }: { values: Values; version: number }) =>
      saveRetrievalSettings({
        body: {
          embedder: values.embedder,
          ...(isRemote(values.embedder) && { provider_id: values.provider_id, model: values.model.trim() }),
          ...(values.embedder === 'directory' && { directory: values.directory.trim(), sha256: values.sha256.trim() }),
        },
        headers: unchanged(version),
      }),
    onSuccess: ({ data }, { values }) => {
      client.setQueryData(getRetrievalSettingsQueryKey(), data);
      follow(data, values);
    },
    onError: (error) => error instanceof ApiError && form.setErrors(error.fields),
    meta: { quiet: true },
  });
  const usable = providers.data?.providers.filter(({ kind }) => (embedder === 'bedrock') === (kind === 'bedrock')) ?? [];
  return (
    <Paper withBorder p="lg">
      <form onSubmit={form.onSubmit((values) => save.mutate({ values, version: base.version }))} noValidate>
        <Stack gap="sm">
          {save.error && (
            <Alert color="red" role="alert">
              {save.error.message}
            </Alert>
          )}
          <FormConflict
            now={currentOf<RetrievalSettings>(save.error)}
            base={base}
            mine={form.values}
            fieldsOf={valuesOf}
            label={(field) => labels[field as Field]}
            fixed={['embedder']}
            saving={save.isPending}
            onSave={(result, now) => {
              const values = { ...valuesOf(now), ...result };
              settle(now, values);
              save.mutate({ values, version: now.version });
            }}
            onSame={(now) => {
              follow(now);
              save.reset();
            }}
            onClose={save.reset}
          />
          <Radio.Group label={labels.embedder} {...form.getInputProps('embedder')}>
            <Stack gap="xs" mt="xs">
              {EMBEDDERS.map((value) => (
                <Radio
                  key={value}
                  value={value}
                  label={t(`search.embedder.${value}`)}
                  description={t(`search.help.${value}`)}
                  disabled={!may}
                />
              ))}
            </Stack>
          </Radio.Group>
          {isRemote(embedder) && (
            <Group grow align="flex-start">
              <Select
                label={labels.provider_id}
                placeholder={t('search.pick')}
                nothingFoundMessage={t('search.noProvider')}
                data={usable.map(({ name }) => name)}
                {...form.getInputProps('provider_id')}
              />
              <TextInput label={labels.model} {...form.getInputProps('model')} />
            </Group>
          )}
          {embedder === 'directory' && (
            <>
              <TextInput label={labels.directory} description={t('search.directoryHelp')} {...form.getInputProps('directory')} />
              <TextInput label={labels.sha256} description={t('search.hashHelp')} {...form.getInputProps('sha256')} />
            </>
          )}
          <Group>
            <SaveButton idle={!may || !dirty} busy={save.isPending}>
              {t('common.save')}
            </SaveButton>
          </Group>
        </Stack>
      </form>
    </Paper>
  );
}
