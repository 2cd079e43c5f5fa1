import { ActionIcon, Slider, Text, UnstyledButton } from '@mantine/core';
import { Lock, LockOpen } from 'lucide-react';
import { memo, startTransition, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ChannelPlan, Curve } from '@/api/generated/types.gen';
import { QualityBadge } from '@/components/Badges';
import { Estimate } from '@/components/Estimate';
import { MoneyInput } from '@/components/MoneyInput';
import { marginalAt, niceStep, outcomeAt } from '@/lib/curve';
import { formatMoney, minorDigits } from '@/lib/money';
import classes from './Budget.module.css';
import { curvePoints } from './curvePoints';
import type { ChannelInput } from './inputs';
import { LimitsMenu } from './LimitsMenu';

type Props = {
  plan: ChannelPlan;
  curve: Curve;
  color: string;
  currency: string;
  outcomeName: string;
  formatOutcome: (value: number) => string;
  input: ChannelInput;
  /** What the optimiser or the user gives this channel now, in major units. */
  spend: number;
  chosen: boolean;
  mayPlan: boolean;
  problem: string | undefined;
  onChoose: (channel: string) => void;
  onMove: (channel: string, spend: number) => void;
  onChange: (channel: string, patch: ChannelInput) => void;
};

/** One channel: budget by slider or number, what it brings, its limits and its lock. */
export const ChannelRow = memo(function ChannelRow(props: Props) {
  const { plan, curve, color, currency, outcomeName, formatOutcome, input, spend, chosen, mayPlan, problem, onChoose, onMove, onChange } =
    props;
  const { t } = useTranslation();
  const [draft, setDraft] = useState<number>();
  const { channel, channel_name: name } = plan;
  const points = curvePoints(curve);
  const value = draft ?? spend;
  const end = points.at(-1)?.spend ?? 0;
  const step = niceStep(end);
  const now = outcomeAt(points, value);
  const locked = input.lock !== undefined;
  const money = (amount: number) => formatMoney({ amount: amount.toFixed(2), currency });
  const beyond = typeof curve.seen_max === 'number' && value > curve.seen_max;

  // The dragged row answers at once; the rest of the page follows when there is time.
  const drag = (next: number) => {
    setDraft(next);
    startTransition(() => onMove(channel, next));
  };
  const settle = (next: number) => {
    setDraft(undefined);
    onChange(channel, { lock: next });
  };

  return (
    <li className={classes.row} data-chosen={chosen || undefined}>
      <div className={classes.name}>
        <UnstyledButton onClick={() => onChoose(channel)} aria-pressed={chosen} className={classes.pick}>
          <span className={classes.swatch} style={{ background: color }} aria-hidden />
          {name}
        </UnstyledButton>
        <QualityBadge quality={plan.quality} reason={plan.quality_reason} />
      </div>
      <Slider
        className={classes.slider}
        thumbLabel={t('budget.slider', { name })}
        value={value}
        min={0}
        max={end}
        step={step}
        label={money}
        disabled={!mayPlan}
        onChange={drag}
        onChangeEnd={settle}
      />
      <MoneyInput
        className={classes.amount}
        aria-label={t('budget.amount', { name })}
        currency={currency}
        size="xs"
        min={0}
        value={Number.isInteger(value) ? value : value.toFixed(minorDigits(currency))}
        disabled={!mayPlan}
        error={problem}
        onBlur={(event) => {
          const typed = Number(event.currentTarget.value.replace(/[^\d.]/g, ''));
          if (Number.isFinite(typed) && Math.abs(typed - spend) >= 0.005) settle(typed);
        }}
        onKeyDown={(event) => event.key === 'Enter' && event.currentTarget.blur()}
      />
      <div className={classes.outcome}>
        <Text size="xs" c="dimmed" className={classes.phoneLabel}>
          {outcomeName}
        </Text>
        <Estimate {...now} unit={outcomeName} format={formatOutcome} />
        {beyond && (
          <Text size="xs" c="dimmed">
            {t('budget.beyond')}
          </Text>
        )}
      </div>
      <div className={classes.next}>
        <Text size="xs" c="dimmed" className={classes.phoneLabel}>
          {t('budget.next')}
        </Text>
        {t('budget.plus', { amount: formatOutcome(marginalAt(points, value, 1000)) })}
      </div>
      <div className={classes.tools}>
        <ActionIcon
          variant={locked ? 'light' : 'subtle'}
          color={locked ? 'brand' : 'gray'}
          size="lg"
          disabled={!mayPlan}
          aria-pressed={locked}
          aria-label={locked ? t('budget.unlock', { name }) : t('budget.lock', { name })}
          onClick={() => onChange(channel, { lock: locked ? undefined : value })}
        >
          {locked ? <Lock size={16} aria-hidden /> : <LockOpen size={16} aria-hidden />}
        </ActionIcon>
        <LimitsMenu name={name} currency={currency} input={input} disabled={!mayPlan} onChange={(patch) => onChange(channel, patch)} />
      </div>
    </li>
  );
});
