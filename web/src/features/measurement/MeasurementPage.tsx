import { Alert, Button, Grid, List, Paper, Select, Stack, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { LineChart, RefreshCw, Upload } from 'lucide-react';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { once } from '@/api/client';
import { getMeasurementOptions, getRunQueryKey, listBrandsOptions, listChannelsOptions } from '@/api/generated/@tanstack/react-query.gen';
import { refitBrand } from '@/api/generated/sdk.gen';
import type { Measurement } from '@/api/generated/types.gen';
import { useCan } from '@/api/me';
import { Async } from '@/components/Async';
import { Notice } from '@/components/Notice';
import { PageHeader } from '@/components/PageHeader';
import { Skeletons } from '@/components/Skeletons';
import { RunPanel } from '@/features/jobs/RunPanel';
import { isActive, useRun } from '@/features/jobs/useRun';
import { useUrlState } from '@/lib/useUrlState';
import { AccuracyCards } from './AccuracyCards';
import { ChannelsCard } from './ChannelsCard';
import { ExperimentsCard } from './ExperimentsCard';
import { ModelsCard } from './ModelsCard';

const ImportDialog = lazy(async () => ({ default: (await import('./ImportDialog')).ImportDialog }));

const LearningCard = lazy(async () => ({ default: (await import('./LearningCard')).LearningCard }));

const PLACE: { brand: string | undefined; run: string | undefined } = { brand: undefined, run: undefined };

/** How well the response of each channel is known, how good forecasts were, and what would make both better. */
export function MeasurementPage() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const mayPlan = useCan('plan');
  const [place, setPlace] = useUrlState(PLACE);
  const brands = useQuery(listBrandsOptions({ query: { limit: 100 } }));
  const brand = place.brand ?? brands.data?.items[0]?.id ?? '';
  const query = useQuery({ ...getMeasurementOptions({ query: { brand_id: brand } }), enabled: brand !== '' });
  const [importing, { open, close }] = useDisclosure(false);
  const run = useRun(place.run);
  const refit = useMutation({
    mutationFn: () => refitBrand({ path: { brand_id: brand }, headers: once() }),
    onSuccess: ({ data }) => {
      client.setQueryData(getRunQueryKey({ path: { run_id: data.id } }), data);
      setPlace({ run: data.id });
    },
  });
  return (
    <>
      <PageHeader
        title={t('nav.measurement')}
        facts={t('measurement.facts')}
        actions={
          <>
            <Button variant="default" leftSection={<Upload size={16} aria-hidden />} disabled={!mayPlan || brand === ''} onClick={open}>
              {t('measurement.import')}
            </Button>
            <Button
              leftSection={<RefreshCw size={16} aria-hidden />}
              disabled={!mayPlan || brand === '' || isActive(run.data)}
              loading={refit.isPending}
              onClick={() => refit.mutate()}
            >
              {t('measurement.refit')}
            </Button>
          </>
        }
      />
      {brands.data?.items.length === 0 ? (
        <Notice title={t('market.noActuals')} text={t('market.noActualsText')} icon={<LineChart />} />
      ) : (
        <>
          <Select
            label={t('market.brand')}
            maw={320}
            mb="md"
            data={(brands.data?.items ?? []).map((each) => ({ value: each.id, label: each.name }))}
            value={brand || null}
            onChange={(id) => setPlace({ brand: id ?? undefined, run: undefined })}
          />
          {run.data && (
            <Stack mb="md">
              <RunPanel run={run.data} />
            </Stack>
          )}
          {importing && (
            <Suspense fallback={null}>
              <ImportDialog onClose={close} brand={brand} />
            </Suspense>
          )}
          <Async query={query} what={t('nav.measurement')} rows={4} height={96}>
            {(found) => <Standing found={found} brand={brand} />}
          </Async>
        </>
      )}
    </>
  );
}

function Standing({ found, brand }: { found: Measurement; brand: string }) {
  const { t } = useTranslation();
  const mayPlan = useCan('plan');
  const measured = found.adopted !== null || found.channels.length > 0;
  const reference = useQuery({ ...listChannelsOptions(), throwOnError: false });
  const known = found.channels.map((each) => ({ value: each.channel, label: each.channel_name }));
  const others = (reference.data?.items ?? [])
    .filter((each) => !known.some(({ value }) => value === each.channel))
    .map((each) => ({ value: each.channel, label: each.name }));
  return (
    <>
      {found.stale && (
        <Alert color="yellow" mb="md" title={t('measurement.stale')}>
          {found.stale_reason}
        </Alert>
      )}
      {found.candidate && (
        <Alert color="blue" mb="md" title={t('measurement.waiting', { number: found.candidate.number })}>
          <Text size="sm" mb="xs">
            {found.candidate.reason}
          </Text>
          <Button component={Link} to={`/measurement/models/${found.candidate.id}`} size="xs" variant="default">
            {t('measurement.decide')}
          </Button>
        </Alert>
      )}
      {measured && <AccuracyCards found={found} />}
      <Grid>
        <Grid.Col span={{ base: 12, md: 8 }}>
          <Stack>
            {found.channels.length > 0 ? (
              <ChannelsCard channels={found.channels} brand={brand} />
            ) : (
              <Notice title={t('measurement.none')} text={t('measurement.noneText')} icon={<LineChart />}>
                {mayPlan && (
                  <Button component={Link} to="/import/actuals" variant="default">
                    {t('imports.actuals')}
                  </Button>
                )}
              </Notice>
            )}
            <ModelsCard brand={brand} />
            <Suspense fallback={<Skeletons rows={3} />}>
              <LearningCard brand={brand} />
            </Suspense>
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 4 }}>
          <Stack>
            {(measured || found.cannot_tell.length > 0) && <CannotTell words={found.cannot_tell} />}
            <ExperimentsCard brand={brand} channels={[...known, ...others]} />
          </Stack>
        </Grid.Col>
      </Grid>
    </>
  );
}

function CannotTell({ words }: { words: readonly string[] }) {
  const { t } = useTranslation();
  return (
    <Paper withBorder p="md">
      <Title order={2} mb="sm">
        {t('measurement.cannotTell')}
      </Title>
      {words.length === 0 ? (
        <Text size="sm">{t('measurement.nothingSpecial')}</Text>
      ) : (
        <List size="sm" spacing="xs">
          {words.map((each) => (
            <List.Item key={each}>{each}</List.Item>
          ))}
        </List>
      )}
    </Paper>
  );
}
