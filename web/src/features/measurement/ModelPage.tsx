import { Alert, Badge, Button, Group, List, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { getModelOptions } from '@/api/generated/@tanstack/react-query.gen';
import type { Model } from '@/api/generated/types.gen';
import { channelColor } from '@/charts/channelColor';
import { SeriesChart } from '@/charts/SeriesChart';
import { Async } from '@/components/Async';
import { PageHeader } from '@/components/PageHeader';
import { formatNumber } from '@/lib/format';
import { ChannelsCard } from './ChannelsCard';
import { ChartCard } from './ChartCard';
import { Comparison } from './Comparison';
import { ModelActions } from './ModelActions';
import { ReportButton } from './ReportButton';
import { STATE_COLOR, shareOr, versionFacts } from './words';

/** One version of a response model: what it makes of the past, and whether to plan on it. */
export function ModelPage() {
  const { t } = useTranslation();
  const { id = '' } = useParams();
  const query = useQuery(getModelOptions({ path: { model_id: id } }));
  return (
    <Async query={query} what={t('measurement.model')} rows={4} height={120}>
      {(model) => (
        <>
          <PageHeader
            title={t('measurement.version', { number: model.number })}
            status={
              <Badge variant="light" color={STATE_COLOR[model.state]} tt="none">
                {t(`measurement.state.${model.state}`)}
              </Badge>
            }
            facts={versionFacts(t, model)}
            actions={
              <>
                <Button component={Link} to={`/measurement?brand=${model.brand_id}`} variant="default">
                  {t('measurement.back')}
                </Button>
                <ReportButton model={model} />
                <ModelActions model={model} />
              </>
            }
          />
          <Stack>
            {model.reason && <Text size="sm">{model.reason}</Text>}
            {model.warnings.length > 0 && (
              <Alert color="yellow" title={t('measurement.warnings')}>
                <List size="sm">
                  {model.warnings.map((words) => (
                    <List.Item key={words}>{words}</List.Item>
                  ))}
                </List>
              </Alert>
            )}
            <Comparison model={model} />
            <ChannelsCard channels={model.channels} brand={model.brand_id} />
            <Past model={model} />
          </Stack>
        </>
      )}
    </Async>
  );
}

/** The fit's band around its own mean, so that a residual outside it stands out. */
const around = ({ fitted }: Model) => ({
  mean: fitted.mean.map(() => 0),
  low: fitted.low.map((low, week) => low - (fitted.mean[week] ?? 0)),
  high: fitted.high.map((high, week) => high - (fitted.mean[week] ?? 0)),
});

function Past({ model }: { model: Model }) {
  const { t } = useTranslation();
  const { holdout } = model;
  if (model.dates.length === 0) return null;
  const measured = model.channels.filter((channel) => channel.weekly.mean.length === model.dates.length);
  return (
    <>
      <ChartCard title={t('measurement.fit')}>
        <SeriesChart
          title={t('measurement.fit')}
          caption={t('measurement.fitCaption', { r2: model.r2 === null ? '–' : formatNumber(model.r2) })}
          dates={model.dates}
          actual={model.outcome}
          expected={model.fitted}
          color="var(--chart-1)"
        />
      </ChartCard>
      {model.residuals.length === model.dates.length && (
        <ChartCard title={t('measurement.residuals')}>
          <SeriesChart
            title={t('measurement.residuals')}
            caption={t('measurement.residualsCaption')}
            dates={model.dates}
            actual={model.residuals}
            expected={around(model)}
            color="var(--chart-1)"
            height={160}
          />
        </ChartCard>
      )}
      {holdout && (
        <ChartCard title={t('measurement.holdout')}>
          <SeriesChart
            title={t('measurement.holdout')}
            caption={t('measurement.holdoutCaption', { error: shareOr(holdout.wmape, 1), inside: shareOr(holdout.coverage) })}
            dates={holdout.dates}
            actual={holdout.actual}
            expected={{ mean: holdout.expected, low: holdout.low, high: holdout.high }}
            color="var(--chart-2)"
          />
        </ChartCard>
      )}
      <ChartCard title={t('measurement.contributions')}>
        <Group grow preventGrowOverflow={false} align="flex-start">
          {measured.map((channel) => (
            <Stack key={channel.channel} gap={4} miw={260}>
              <Title order={3}>{channel.channel_name}</Title>
              <SeriesChart
                title={t('measurement.contribution', { channel: channel.channel_name })}
                caption={t('measurement.contributionCaption', { share: shareOr(channel.share, 1) })}
                dates={model.dates}
                expected={channel.weekly}
                color={channelColor(model.channels.indexOf(channel))}
                height={160}
              />
            </Stack>
          ))}
        </Group>
      </ChartCard>
    </>
  );
}
