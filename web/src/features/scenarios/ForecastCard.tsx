import { Button, Group, List, NumberInput, Paper, Select, SimpleGrid, Stack, Text, TextInput, Title } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { forecastCampaign } from '@/api/generated/sdk.gen';
import type { Campaign, Forecast, Scenario, ShockInput } from '@/api/generated/types.gen';
import { SeriesChart } from '@/charts/SeriesChart';
import { Async } from '@/components/Async';
import { Estimate } from '@/components/Estimate';
import { Figure } from '@/components/Figure';
import { formatPercent } from '@/lib/format';
import { outcomeFormat } from '@/lib/outcome';

type Props = { campaign: Campaign; scenarios: readonly Scenario[] };

/** Week by week: what the plan should bring, how its spend should run, and what a change of costs would do. */
export function ForecastCard({ campaign, scenarios }: Props) {
  const { t } = useTranslation();
  const [scenario, setScenario] = useState<string | null>(null);
  const [shock, setShock] = useState<ShockInput | undefined>();
  const body = { shocks: shock ? [shock] : [], ...(scenario && { scenario_id: scenario }) };
  const query = useQuery({
    // It only reads, though the question is too long for an address.
    queryKey: ['forecast', campaign.id, campaign.version, body],
    queryFn: async ({ signal }) => (await forecastCampaign({ path: { campaign_id: campaign.id }, body, signal })).data,
    placeholderData: keepPreviousData,
    throwOnError: false,
  });
  return (
    <Paper withBorder p="md">
      <Group justify="space-between" align="flex-end" mb="sm">
        <Title order={2}>{t('forecast.title')}</Title>
        {scenarios.length > 0 && (
          <Select
            label={t('forecast.of')}
            data={scenarios.map((each) => ({ value: each.id, label: each.name }))}
            placeholder={t('scenarios.plan')}
            clearable
            value={scenario}
            onChange={setScenario}
          />
        )}
      </Group>
      <ShockForm campaign={campaign} asked={shock !== undefined} onAsk={setShock} />
      <Async query={query} what={t('forecast.title')} rows={2} height={160}>
        {(found) => <Found campaign={campaign} found={found} />}
      </Async>
    </Paper>
  );
}

type ShockProps = { campaign: Campaign; asked: boolean; onAsk: (shock: ShockInput | undefined) => void };

function ShockForm({ campaign, asked, onAsk }: ShockProps) {
  const { t } = useTranslation();
  const [channel, setChannel] = useState<string | null>(null);
  const [change, setChange] = useState<number | string>(20);
  const [from, setFrom] = useState(campaign.start_date);
  const [to, setTo] = useState(campaign.end_date);
  const ask = (event: FormEvent) => {
    event.preventDefault();
    onAsk({ channel, start_date: from, end_date: to, cost_change: Number(change) / 100 });
  };
  return (
    <Group component="form" onSubmit={ask} align="flex-end" gap="sm" mb="md">
      <Select
        label={t('forecast.costs')}
        placeholder={t('forecast.allChannels')}
        clearable
        data={campaign.channel_strategies.map((each) => ({ value: each.channel, label: each.channel_name }))}
        value={channel}
        onChange={setChannel}
      />
      <NumberInput label={t('forecast.change')} suffix=" %" min={-90} max={1000} w={120} value={change} onChange={setChange} required />
      <TextInput
        type="date"
        label={t('forecast.from')}
        min={campaign.start_date}
        max={campaign.end_date}
        value={from}
        onChange={(event) => setFrom(event.currentTarget.value)}
      />
      <TextInput
        type="date"
        label={t('forecast.to')}
        min={from}
        max={campaign.end_date}
        value={to}
        onChange={(event) => setTo(event.currentTarget.value)}
      />
      <Button type="submit" variant="default" disabled={change === '' || from === '' || to < from}>
        {t('forecast.ask')}
      </Button>
      {asked && (
        <Button variant="subtle" onClick={() => onAsk(undefined)}>
          {t('forecast.usual')}
        </Button>
      )}
    </Group>
  );
}

function Found({ campaign, found }: { campaign: Campaign; found: Forecast }) {
  const { t } = useTranslation();
  const format = outcomeFormat(campaign.metrics.outcome_is_money, campaign.metrics.total_budget.currency);
  const shown = found.shocked?.total ?? found.total;
  const weeks = found.weeks.map((week) => week.start_date);
  const money = (values: readonly { amount: string }[]) => values.map((value) => Number(value.amount));
  return (
    <Stack>
      <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }}>
        <Figure label={t('forecast.within')}>
          <Estimate {...shown.total} format={format} />
        </Figure>
        <Figure label={t('forecast.after')} note={t('forecast.afterNote')}>
          <Estimate {...shown.after_end} format={format} />
        </Figure>
        <Figure label={t('forecast.effect')} note={found.shock_effect ? '' : t('forecast.noShock')}>
          {found.shock_effect ? <Estimate {...found.shock_effect} format={format} /> : '–'}
        </Figure>
        <Figure label={t('forecast.overspend')} note={t('forecast.overspendNote')}>
          {formatPercent(found.overspend_probability, 1)}
        </Figure>
      </SimpleGrid>
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <SeriesChart
          title={t('forecast.weekly')}
          caption={t('forecast.weeklyCaption')}
          dates={weeks}
          expected={{
            mean: shown.weekly.map((week) => week.mean),
            low: shown.weekly.map((week) => week.low),
            high: shown.weekly.map((week) => week.high),
          }}
          color="var(--chart-1)"
        />
        <SeriesChart
          title={t('forecast.pacing')}
          caption={t('forecast.pacingCaption')}
          dates={weeks}
          expected={{ mean: money(found.pacing.planned), low: money(found.pacing.low), high: money(found.pacing.high) }}
          color="var(--chart-2)"
        />
      </SimpleGrid>
      <div>
        <Text size="sm" fw={600}>
          {t('forecast.assumptions')}
        </Text>
        <List size="sm">
          {found.assumptions.map((words) => (
            <List.Item key={words}>{words}</List.Item>
          ))}
        </List>
      </div>
    </Stack>
  );
}
