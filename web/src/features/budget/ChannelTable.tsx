import { Paper, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Campaign, Curves } from '@/api/generated/types.gen';
import { useCan } from '@/api/me';
import { channelColor } from '@/charts/channelColor';
import { formatMoney } from '@/lib/money';
import classes from './Budget.module.css';
import { ChannelRow } from './ChannelRow';
import { moneyOf } from './inputs';
import type { Budget } from './useBudget';

type Props = {
  campaign: Campaign;
  curves: Curves;
  budget: Budget;
  chosen: string;
  spendOf: (channel: string) => number;
  onChoose: (channel: string) => void;
};

/** All channels with their budgets, and the sum. */
export function ChannelTable({ campaign, curves, budget, chosen, spendOf, onChoose }: Props) {
  const { t } = useTranslation();
  const mayPlan = useCan('plan');
  const { currency, inputs } = budget;
  const outcomeName = campaign.metrics.outcome_name;
  const plans = campaign.channel_strategies;
  const sum = plans.reduce((total, plan) => total + spendOf(plan.channel), 0);
  const left = inputs.total - sum;
  return (
    <Paper withBorder>
      <div className={classes.head} aria-hidden>
        <span>{t('budget.channel')}</span>
        <span>{t('budget.budget')}</span>
        <span />
        <span className={classes.outcome}>{outcomeName}</span>
        <span className={classes.next}>{t('budget.next')}</span>
        <span />
      </div>
      <ul className="plain-list" aria-label={t('budget.byChannel')}>
        {plans.map((plan, index) => {
          const curve = curves.channels.find((c) => c.channel === plan.channel);
          if (!curve) return null;
          return (
            <ChannelRow
              key={plan.channel}
              plan={plan}
              curve={curve}
              color={channelColor(index)}
              currency={currency}
              outcomeName={outcomeName}
              formatOutcome={budget.formatOutcome}
              input={inputs.channels[plan.channel] ?? {}}
              spend={spendOf(plan.channel)}
              chosen={chosen === plan.channel}
              mayPlan={mayPlan}
              problem={budget.problems[plan.channel]}
              onChoose={onChoose}
              onMove={budget.move}
              onChange={budget.change}
            />
          );
        })}
      </ul>
      <Text className={classes.sum} size="sm">
        {t('budget.sum', {
          sum: formatMoney(moneyOf(sum, currency)),
          total: formatMoney(moneyOf(inputs.total, currency)),
          left: formatMoney(moneyOf(Math.abs(left) < 0.005 ? 0 : left, currency)),
        })}
      </Text>
    </Paper>
  );
}
