import { List, Paper, Text, Title } from '@mantine/core';
import { startTransition, useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Campaign } from '@/api/generated/types.gen';
import { useCan } from '@/api/me';
import { channelColor } from '@/charts/channelColor';
import { ResponseCurve, type ResponseCurveProps } from '@/charts/ResponseCurve';
import { at } from '@/lib/allocation/hull';
import { niceStep } from '@/lib/curve';
import { formatNumber } from '@/lib/format';
import { formatMoney } from '@/lib/money';
import { CurveTable } from './CurveTable';
import type { Model } from './model';
import type { Budget } from './useBudget';

type Props = { campaign: Campaign; model: Model; index: number; budget: Budget; spend: number };

/** The chosen channel: its response curve with a handle, and its strategy. */
export function ChannelCard({ campaign, model, index, budget, spend }: Props) {
  const { t } = useTranslation();
  const mayPlan = useCan('plan');
  const { currency } = budget;
  const format = useCallback(
    (amount: number) => formatMoney({ amount: amount.toFixed(2), currency }, { compact: amount >= 10_000 }),
    [currency],
  );
  const known = model.channels[index];
  const place = campaign.channel_strategies.findIndex((plan) => plan.channel === known?.channel);
  const plan = campaign.channel_strategies[place];
  if (!plan || !known) return null;
  const { channel, curve, points } = known;
  const started = known.started / model.perUnit;
  const money = (amount: number) => formatMoney({ amount: amount.toFixed(2), currency });
  const input = budget.inputs.channels[channel];
  const optimal = budget.optimal ? at(budget.optimal, index) / model.perUnit : undefined;
  const seen = curve.seen_max === null ? undefined : Math.max(curve.seen_max - started, 0);
  return (
    <Paper withBorder p="lg">
      <Title order={2} mb="xs">
        {t('budget.response', { name: plan.channel_name })}
      </Title>
      <MovingCurve
        title={t('budget.response', { name: plan.channel_name })}
        outcomeLabel={campaign.metrics.outcome_name}
        points={points}
        spend={spend}
        color={channelColor(place)}
        saved={budget.dirty ? Number(plan.budget.amount) : undefined}
        optimal={optimal}
        min={input?.minimum}
        max={input?.maximum}
        seen={seen}
        step={niceStep(points.at(-1)?.spend ?? 0)}
        format={format}
        formatOutcome={budget.formatOutcome}
        {...(mayPlan && {
          onSpend: (value: number) => budget.move(channel, value),
          onCommit: (value: number) => budget.settle(channel, value),
        })}
      />
      <Text size="xs" c="dimmed" mt={4}>
        {t('budget.marks')}
        {started > 0 && ` ${t('budget.committed', { amount: money(started) })}`}
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

/** A curve whose handle answers at once; the rest of the page follows when there is time. */
function MovingCurve({ spend, onSpend, onCommit, ...rest }: ResponseCurveProps) {
  const [draft, setDraft] = useState<number>();
  return (
    <ResponseCurve
      {...rest}
      spend={draft ?? spend}
      {...(onSpend && {
        onSpend: (value: number) => {
          setDraft(value);
          startTransition(() => onSpend(value));
        },
      })}
      {...(onCommit && {
        onCommit: (value: number) => {
          setDraft(value);
          startTransition(() => {
            onCommit(value);
            setDraft(undefined);
          });
        },
      })}
    />
  );
}
