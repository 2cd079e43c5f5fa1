import { Alert, Button, Group, Paper, Progress, Radio, Select, Stack, Text, TextInput, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { unchanged } from '@/api/client';
import { ApiError } from '@/api/errors';
import { getRetrievalSettingsOptions, getRetrievalSettingsQueryKey } from '@/api/generated/@tanstack/react-query.gen';
import { saveRetrievalSettings } from '@/api/generated/sdk.gen';
import type { RetrievalSettings } from '@/api/generated/types.gen';
import { useCan } from '@/api/me';
import { Async } from '@/components/Async';
import { PageHeader } from '@/components/PageHeader';
import { formatNumber } from '@/lib/format';
import { SettingsTabs } from './SettingsTabs';
import { useAiSettings } from './useAi';

const EMBEDDERS = ['none', 'openai', 'bedrock', 'directory'] as const;

/** How passages are found: by words and their neighbourhood alone, or with a model of meanings as well. */
export function SearchPage() {
  const { t } = useTranslation();
  const query = useQuery({
    ...getRetrievalSettingsOptions(),
    throwOnError: false,
    refetchInterval: ({ state }) => (state.data?.state === 'filling' ? 3000 : false),
  });
  return (
    <>
      <PageHeader title={t('nav.settings')} documentTitle={t('settings.place.search')} />
      <SettingsTabs />
      <Async query={query} what={t('settings.place.search')} rows={4}>
        {(settings) => <Loaded key={settings.version} settings={settings} />}
      </Async>
    </>
  );
}

function Loaded({ settings }: { settings: RetrievalSettings }) {
  const { t } = useTranslation();
  const may = useCan('administer');
  const client = useQueryClient();
  const key = getRetrievalSettingsQueryKey();
  const providers = useAiSettings();
  const form = useForm({
    initialValues: {
      embedder: settings.embedder,
      provider_id: settings.provider_id ?? '',
      model: settings.model ?? '',
      directory: settings.directory ?? '',
      sha256: settings.sha256 ?? '',
    },
  });
  const { embedder } = form.values;
  const remote = embedder === 'openai' || embedder === 'bedrock';
  const save = useMutation({
    mutationFn: ({ provider_id, model, directory, sha256 }: typeof form.values) =>
      saveRetrievalSettings({
        body: {
          embedder,
          ...(remote && { provider_id, model: model.trim() }),
          ...(embedder === 'directory' && { directory: directory.trim(), sha256: sha256.trim() }),
        },
        headers: unchanged(settings.version),
      }),
    onSuccess: ({ data }) => client.setQueryData(key, data),
    onError: (error) => error instanceof ApiError && form.setErrors(error.fields),
    meta: { quiet: true },
  });
  const usable = providers.data?.providers.filter(({ kind }) => (embedder === 'bedrock') === (kind === 'bedrock')) ?? [];
  return (
    <Stack maw={860}>
      <Text>{t('search.intro')}</Text>
      {!may && <Alert color="blue">{t('ai.readOnly')}</Alert>}
      <Standing settings={settings} />
      <Paper withBorder p="lg">
        <form onSubmit={form.onSubmit((values) => save.mutate(values))} noValidate>
          <Stack gap="sm">
            {save.error && (
              <Alert color="red" role="alert">
                {save.error.message}
              </Alert>
            )}
            <Radio.Group label={t('search.compare')} {...form.getInputProps('embedder')}>
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
            {remote && (
              <Group grow align="flex-start">
                <Select
                  label={t('search.provider')}
                  placeholder={t('search.pick')}
                  nothingFoundMessage={t('search.noProvider')}
                  data={usable.map(({ name }) => name)}
                  {...form.getInputProps('provider_id')}
                />
                <TextInput label={t('search.model')} {...form.getInputProps('model')} />
              </Group>
            )}
            {embedder === 'directory' && (
              <>
                <TextInput label={t('search.directory')} description={t('search.directoryHelp')} {...form.getInputProps('directory')} />
                <TextInput label={t('search.hash')} description={t('search.hashHelp')} {...form.getInputProps('sha256')} />
              </>
            )}
            <Group>
              <Button type="submit" disabled={!may || !form.isDirty()} loading={save.isPending}>
                {t('common.save')}
              </Button>
            </Group>
          </Stack>
        </form>
      </Paper>
    </Stack>
  );
}

function Standing({ settings }: { settings: RetrievalSettings }) {
  const { t } = useTranslation();
  const share = settings.passages > 0 ? settings.embedded / settings.passages : 0;
  return (
    <Paper withBorder p="lg" component="section" aria-labelledby="standing">
      <Title order={2} mb="xs" id="standing">
        {t('search.standing')}
      </Title>
      <Text size="sm">{t('search.passages', { count: settings.passages, number: formatNumber(settings.passages) })}</Text>
      {settings.embedder !== 'none' && (
        <Text size="sm">{t('search.embedded', { count: settings.embedded, number: formatNumber(settings.embedded) })}</Text>
      )}
      {settings.embedder !== 'none' && <Progress value={share * 100} mt="xs" aria-label={t('search.standing')} />}
      {settings.problem && (
        <Alert color="yellow" mt="sm" role="status">
          {settings.problem}
        </Alert>
      )}
    </Paper>
  );
}
