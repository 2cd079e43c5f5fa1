import { Alert, Paper, Progress, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { CircleDollarSign } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { getUsageOptions } from '@/api/generated/@tanstack/react-query.gen';
import type { Usage } from '@/api/generated/types.gen';
import { DayBars } from '@/charts/DayBars';
import { Async } from '@/components/Async';
import { Figure } from '@/components/Figure';
import { Notice } from '@/components/Notice';
import { PageHeader } from '@/components/PageHeader';
import { formatNumber, formatPercent } from '@/lib/format';
import { formatCost } from '@/lib/money';
import { LimitsForm } from './LimitsForm';
import { SettingsTabs } from './SettingsTabs';
import { UsageTables } from './UsageTables';
import { useAiSettings } from './useAi';

/** What models may cost and what they did: limits, what is left of them, and the calls by day, step, model and person. */
export function LimitsPage() {
  const { t } = useTranslation();
  const settings = useAiSettings();
  const usage = useQuery({ ...getUsageOptions(), throwOnError: false });
  return (
    <>
      <PageHeader title={t('nav.settings')} documentTitle={t('settings.place.limits')} />
      <SettingsTabs />
      <Stack maw={860}>
        <Async query={settings} what={t('limits.title')} rows={3}>
          {(loaded) => <LimitsForm settings={loaded} />}
        </Async>
        <Async query={usage} what={t('limits.usage')} rows={5}>
          {(loaded) => <UsageCards usage={loaded} />}
        </Async>
      </Stack>
    </>
  );
}

function UsageCards({ usage }: { usage: Usage }) {
  const { t } = useTranslation();
  const { total } = usage;
  return (
    <>
      {usage.alerts.map((alert) => (
        <Alert key={`${alert.day}-${alert.level}-${alert.text}`} color={alert.level >= 100 ? 'red' : 'yellow'} role="status">
          {alert.text}
        </Alert>
      ))}
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <Left title={t('limits.workspaceToday')} budget={usage.budget.workspace} />
        <Left title={t('limits.meToday')} budget={usage.budget.me} />
      </SimpleGrid>
      <Title order={2}>{t('limits.usage')}</Title>
      {total.calls === 0 ? (
        <Notice title={t('limits.none')} text={t('limits.noneText')} icon={<CircleDollarSign />} />
      ) : (
        <>
          <SimpleGrid cols={{ base: 2, sm: 4 }} spacing="sm">
            <Figure label={t('limits.cost')}>{formatCost(total.cost)}</Figure>
            <Figure label={t('limits.calls')} note={total.failed ? t('limits.failed', { count: total.failed }) : undefined}>
              {formatNumber(total.calls)}
            </Figure>
            <Figure label={t('limits.read')}>{formatNumber(total.input_tokens)}</Figure>
            <Figure label={t('limits.written')}>{formatNumber(total.output_tokens)}</Figure>
          </SimpleGrid>
          <Paper withBorder p="md">
            <DayBars
              title={t('limits.perDay')}
              caption={t('limits.perDayCaption')}
              format={formatCost}
              days={usage.days.map(({ day, cost }) => ({
                day,
                parts: [{ name: t('limits.cost'), value: Number(cost), color: 'var(--chart-1)' }],
              }))}
            />
          </Paper>
          <UsageTables usage={usage} />
        </>
      )}
    </>
  );
}

function Left({ title, budget }: { title: string; budget: Usage['budget']['me'] }) {
  const { t } = useTranslation();
  const share = budget.share ?? 0;
  const color = share >= 1 ? 'red' : share >= 0.8 ? 'yellow' : 'brand';
  return (
    <Paper withBorder p="md">
      <Text size="sm" fw={600}>
        {title}
      </Text>
      {budget.limit === null ? (
        <Text size="sm">{t('limits.spentFree', { spent: formatCost(budget.spent) })}</Text>
      ) : (
        <>
          <Text size="sm" mb={6}>
            {t('limits.spentOf', { spent: formatCost(budget.spent), limit: formatCost(budget.limit), share: formatPercent(share) })}
          </Text>
          <Progress value={Math.min(100, share * 100)} color={color} aria-label={title} />
        </>
      )}
    </Paper>
  );
}
