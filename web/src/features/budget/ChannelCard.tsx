import { List, Paper, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Campaign, Curves } from '@/api/generated/types.gen';
import { useCan } from '@/api/me';
import { channelColor } from '@/charts/channelColor';
import { ResponseCurve } from '@/charts/ResponseCurve';
import { niceStep } from '@/lib/curve';
import { formatNumber } from '@/lib/format';
import { formatMoney } from '@/lib/money';
import { CurveTable } from './CurveTable';
import { curvePoints } from './curvePoints';
import type { Budget } from './useBudget';

type Props = { campaign: Campaign; curves: Curves; budget: Budget; channel: string; spend: number };

/** The chosen channel: its response curve with a handle, and its strategy. */
export function ChannelCard({ campaign, curves, budget, channel, spend }: Props) {
  const { t } = useTranslation();
  const mayPlan = useCan('plan');
  const index = campaign.channel_strategies.findIndex((plan) => plan.channel === channel);
  const plan = campaign.channel_strategies[index];
  const curve = curves.channels.find((c) => c.channel === channel);
  if (!plan || !curve) return null;
  const points = curvePoints(curve);
  const format = (amount: number) => formatMoney({ amount: amount.toFixed(2), currency: budget.currency }, { compact: amount >= 10_000 });
  const input = budget.inputs.channels[channel];
  const best = budget.best?.channels.find((c) => c.channel === channel)?.budget.amount;
  return (
    <Paper withBorder p="lg">
      <Title order={2} mb="xs">
        {t('budget.response', { name: plan.channel_name })}
      </Title>
      <ResponseCurve
        title={t('budget.response', { name: plan.channel_name })}
        outcomeLabel={campaign.metrics.outcome_name}
        points={points}
        spend={spend}
        color={channelColor(index)}
        saved={budget.dirty ? Number(plan.budget.amount) : undefined}
        optimal={best === undefined ? undefined : Number(best)}
        min={input?.minimum}
        max={input?.maximum}
        seen={curve.seen_max ?? undefined}
        step={niceStep(points.at(-1)?.spend ?? 0)}
        format={format}
        formatOutcome={budget.formatOutcome}
        {...(mayPlan && {
          onSpend: (value: number) => budget.move(channel, value),
          onCommit: (value: number) => budget.change(channel, { lock: value }),
        })}
      />
      <Text size="xs" c="dimmed" mt={4}>
        {t('budget.marks')}
      </Text>
      <CurveTable points={points} outcome={campaign.metrics.outcome_name} format={format} formatOutcome={budget.formatOutcome} />
      <Title order={3} mt="lg" mb={4}>
        {t('budget.strategy')}
      </Title>
      <Text size="sm">{plan.strategy}</Text>
      <List size="sm" mt="xs" spacing={4}>
        {plan.expected_reach !== null && (
          <List.Item>{t('budget.reach', { reach: formatNumber(plan.expected_reach), source: plan.reach_source })}</List.Item>
        )}
        {plan.kpis.length > 0 && <List.Item>{t('budget.kpis', { kpis: plan.kpis.join(', ') })}</List.Item>}
      </List>
    </Paper>
  );
}
