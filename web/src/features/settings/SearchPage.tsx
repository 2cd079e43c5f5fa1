import { Alert, Paper, Progress, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { getRetrievalSettingsOptions } from '@/api/generated/@tanstack/react-query.gen';
import type { RetrievalSettings } from '@/api/generated/types.gen';
import { useCan } from '@/api/me';
import { Async } from '@/components/Async';
import { PageHeader } from '@/components/PageHeader';
import { formatNumber } from '@/lib/format';
import { SearchForm } from './SearchForm';
import { SettingsTabs } from './SettingsTabs';

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
        {(settings) => <Loaded settings={settings} />}
      </Async>
    </>
  );
}

function Loaded({ settings }: { settings: RetrievalSettings }) {
  const { t } = useTranslation();
  const may = useCan('administer');
  return (
    <Stack maw={860}>
      <Text>{t('search.intro')}</Text>
      {!may && <Alert color="blue">{t('ai.readOnly')}</Alert>}
      <Standing settings={settings} />
      <SearchForm settings={settings} may={may} />
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
