import { Paper, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Campaign } from '@/api/generated/types.gen';
import { useCan } from '@/api/me';
import { channelColor } from '@/charts/channelColor';
import { at } from '@/lib/allocation/hull';
import { sum } from '@/lib/allocation/search';
import { formatMoney } from '@/lib/money';
import classes from './Budget.module.css';
import { ChannelRow } from './ChannelRow';
import { type ChannelInput, moneyOf } from './inputs';
import type { Model } from './model';
import type { Budget } from './useBudget';

type Props = { campaign: Campaign; model: Model; budget: Budget; chosen: string; onChoose: (channel: string) => void };

const NOTHING: ChannelInput = {};

/** All channels with their budgets, and the sum. */
export function ChannelTable({ campaign, model, budget, chosen, onChoose }: Props) {
  const { t } = useTranslation();
  const mayPlan = useCan('plan');
  const { currency, inputs, fault, limits } = budget;
  const { perUnit } = model;
  const outcomeName = campaign.metrics.outcome_name;
  const spent = sum([...budget.amounts]) / perUnit;
  const left = inputs.total - spent;
  const money = (amount: number) => formatMoney(moneyOf(amount, currency));
  const problemOf = (channel: string): string | undefined => {
    if (!fault?.channels.some((each) => each === channel)) return budget.problems[channel];
    return fault.kind === 'crossed' ? t('budget.crossed') : t('budget.partOf');
  };
  return (
    <Paper withBorder>
      <div className={classes.head} aria-hidden>
        <span>{t('budget.channel')}</span>
        <span>{t('budget.budget')}</span>
        <span />
        <span className={classes.outcome}>{outcomeName}</span>
        <span className={classes.next}>{t('budget.next')}</span>
        <span className={classes.range}>{t('budget.range')}</span>
        <span />
      </div>
      <ul className="plain-list" aria-label={t('budget.byChannel')}>
        {campaign.channel_strategies.map((plan, index) => {
          const place = model.channels.findIndex(({ channel }) => channel === plan.channel);
          const known = model.channels[place];
          if (!known) return null;
          return (
            <ChannelRow
              key={plan.channel}
              name={plan.channel_name}
              model={known}
              perUnit={perUnit}
              color={channelColor(index)}
              currency={currency}
              outcomeName={outcomeName}
              formatOutcome={budget.formatOutcome}
              input={inputs.channels[plan.channel] ?? NOTHING}
              spend={at(budget.amounts, place) / perUnit}
              low={inputs.channels[plan.channel]?.lock === undefined ? at(limits.lower, place) / perUnit : undefined}
              high={inputs.channels[plan.channel]?.lock === undefined ? at(limits.upper, place) / perUnit : undefined}
              chosen={chosen === plan.channel}
              mayPlan={mayPlan}
              problem={problemOf(plan.channel)}
              onChoose={onChoose}
              onMove={budget.move}
              onSettle={budget.settle}
              onChange={budget.changeChannel}
            />
          );
        })}
      </ul>
      <Text className={classes.sum} size="sm">
        {t('budget.sum', { sum: money(spent), total: money(inputs.total), left: money(Math.abs(left) < 0.005 ? 0 : left) })}
      </Text>
    </Paper>
  );
}
