import { Paper, SimpleGrid, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { getQualityOptions, getUsageOptions } from '@/api/generated/@tanstack/react-query.gen';
import { DayBars } from '@/charts/DayBars';
import { formatPercent } from '@/lib/format';
import { formatCost } from '@/lib/money';

const OUTCOMES = { accepted: 'var(--chart-1)', edited: 'var(--chart-2)', rejected: 'var(--chart-4)' } as const;

/** What automatic work cost and what people made of it, day by day, and what is left of today's budget. */
export function QualityCards() {
  const { t } = useTranslation();
  const quality = useQuery({ ...getQualityOptions(), throwOnError: false });
  const usage = useQuery({ ...getUsageOptions(), throwOnError: false });
  const today = usage.data?.budget.workspace;
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }} mb="md">
      {quality.data && (
        <Paper withBorder p="md">
          <Text fw={600} size="sm" mb="xs">
            {t('decisions.quality')}
          </Text>
          {quality.data.days.length > 0 && (
            <DayBars
              title={t('decisions.quality')}
              caption={t('decisions.qualityCaption', quality.data)}
              format={String}
              height={120}
              days={quality.data.days.map((day) => ({
                day: day.day,
                parts: Object.entries(OUTCOMES).map(([name, color]) => ({
                  name: t(`decisions.outcome.${name as 'edited'}`),
                  value: day[name as 'edited'],
                  color,
                })),
              }))}
            />
          )}
          <Text size="sm" c="dimmed" mt="xs">
            {quality.data.words}
          </Text>
        </Paper>
      )}
      {usage.data && (
        <Paper withBorder p="md">
          <Text fw={600} size="sm" mb="xs">
            {t('decisions.costPerDay')}
          </Text>
          {usage.data.total.calls > 0 && (
            <DayBars
              title={t('decisions.costPerDay')}
              caption={t('decisions.costCaption', { cost: formatCost(usage.data.total.cost), count: usage.data.total.calls })}
              format={formatCost}
              height={120}
              days={usage.data.days.map(({ day, cost }) => ({
                day,
                parts: [{ name: t('decisions.cost'), value: Number(cost), color: 'var(--chart-1)' }],
              }))}
            />
          )}
          <Text size="sm" c="dimmed" mt="xs">
            {usage.data.total.calls === 0
              ? t('decisions.noCalls')
              : today?.limit
                ? t('decisions.left', {
                    spent: formatCost(today.spent),
                    limit: formatCost(today.limit),
                    share: formatPercent(today.share ?? 0),
                  })
                : t('decisions.noLimit')}
          </Text>
        </Paper>
      )}
    </SimpleGrid>
  );
}
