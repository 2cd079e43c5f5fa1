import { ActionIcon, Slider, Text, UnstyledButton } from '@mantine/core';
import { Lock, LockOpen, Pin } from 'lucide-react';
import { memo, type RefObject, startTransition, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { QualityBadge } from '@/components/Badges';
import { Estimate } from '@/components/Estimate';
import { MoneyInput } from '@/components/MoneyInput';
import { niceStep } from '@/lib/curve';
import { formatMoney, minorDigits } from '@/lib/money';
import classes from './Budget.module.css';
import type { ChannelInput } from './inputs';
import { LimitsMenu } from './LimitsMenu';
import { type ChannelModel, meanAt, outcomeOf, toMinorUnits } from './model';

type Props = {
  name: string;
  model: ChannelModel;
  perUnit: number;
  color: string;
  currency: string;
  outcomeName: string;
  formatOutcome: (value: number) => string;
  input: ChannelInput;
  /** What the optimiser or the user gives this channel now, in major units. */
  spend: number;
  /** Between what the optimiser may move it; undefined while it is held. */
  low: number | undefined;
  high: number | undefined;
  chosen: boolean;
  mayPlan: boolean;
  problem: string | undefined;
  onChoose: (channel: string) => void;
  onMove: (channel: string, spend: number) => void;
  onSettle: (channel: string, spend: number) => void;
  onChange: (channel: string, patch: ChannelInput) => void;
};

/** One channel: budget by slider or number, what it brings, its limits and its lock. */
export const ChannelRow = memo(function ChannelRow(props: Props) {
  const { name, model, perUnit, color, currency, outcomeName, formatOutcome, input, spend, chosen, mayPlan, onMove, onSettle } = props;
  const { t } = useTranslation();
  const { channel, curve } = model;
  const minor = toMinorUnits(spend, perUnit);
  const next = meanAt(model, minor + 1000 * perUnit) - meanAt(model, minor);
  const beyond = curve.seen_max !== null && spend + model.started / perUnit > curve.seen_max;

  const amount = useRef(spend);
  useEffect(() => {
    amount.current = spend;
  });

  return (
    <li className={classes.row} data-chosen={chosen || undefined}>
      <Name name={name} model={model} color={color} chosen={chosen} onChoose={props.onChoose} />
      <Mover
        name={name}
        model={model}
        perUnit={perUnit}
        currency={currency}
        formatOutcome={formatOutcome}
        spend={spend}
        mayPlan={mayPlan}
        onMove={onMove}
        onSettle={onSettle}
      />
      <MoneyInput
        className={classes.amount}
        aria-label={t('budget.amount', { name })}
        currency={currency}
        size="xs"
        min={0}
        value={Number.isInteger(spend) ? spend : spend.toFixed(minorDigits(currency))}
        disabled={!mayPlan}
        error={props.problem}
        onBlur={(event) => {
          const typed = Number(event.currentTarget.value.replace(/[^\d.]/g, ''));
          if (Number.isFinite(typed) && Math.abs(typed - spend) >= 0.005) onSettle(channel, typed);
        }}
        onKeyDown={(event) => event.key === 'Enter' && event.currentTarget.blur()}
      />
      <div className={classes.outcome}>
        <Text size="xs" c="dimmed" className={classes.phoneLabel}>
          {outcomeName}
        </Text>
        <Estimate {...outcomeOf(model, minor, perUnit)} unit={outcomeName} format={formatOutcome} />
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
        {t('budget.plus', { amount: formatOutcome(next) })}
      </div>
      <Range currency={currency} low={props.low} high={props.high} pinned={input.pinned === true} />
      <Tools name={name} model={model} currency={currency} input={input} mayPlan={mayPlan} onChange={props.onChange} amount={amount} />
    </li>
  );
});

type MoverProps = Pick<Props, 'name' | 'model' | 'perUnit' | 'currency' | 'formatOutcome' | 'spend' | 'mayPlan' | 'onMove' | 'onSettle'>;

/** The slider answers at once, with the outcome in its label; the figures and the rest of the page follow when there is time. */
const Mover = memo(function Mover({ name, model, perUnit, currency, formatOutcome, spend, mayPlan, onMove, onSettle }: MoverProps) {
  const { t } = useTranslation();
  const [draft, setDraft] = useState<number>();
  const { channel } = model;
  const end = model.points.at(-1)?.spend ?? 0;
  const money = (amount: number) => formatMoney({ amount: amount.toFixed(2), currency });
  const drag = (to: number) => {
    setDraft(to);
    startTransition(() => onMove(channel, to));
  };
  const settle = (to: number) => {
    setDraft(to);
    startTransition(() => {
      onSettle(channel, to);
      setDraft(undefined);
    });
  };
  return (
    <Slider
      className={classes.slider}
      thumbLabel={t('budget.slider', { name })}
      value={draft ?? spend}
      min={0}
      max={end}
      step={niceStep(end)}
      label={(at) => `${money(at)} · ${formatOutcome(meanAt(model, toMinorUnits(at, perUnit)))}`}
      disabled={!mayPlan}
      onChange={drag}
      onChangeEnd={settle}
    />
  );
});

/** Between which amounts the optimiser may move the channel, or that it is held. */
function Range({ currency, low, high, pinned }: { currency: string; low: number | undefined; high: number | undefined; pinned: boolean }) {
  const { t } = useTranslation();
  const short = (amount: number) => formatMoney({ amount: amount.toFixed(2), currency }, { compact: true });
  const held = pinned ? t('budget.pinned') : t('budget.locked');
  return (
    <div className={classes.range}>
      <Text size="xs" c="dimmed" className={classes.phoneLabel}>
        {t('budget.range')}
      </Text>
      <Text size="xs" c="dimmed">
        {low === undefined || high === undefined ? held : t('budget.between', { low: short(low), high: short(high) })}
      </Text>
    </div>
  );
}

type NameProps = Pick<Props, 'name' | 'model' | 'color' | 'chosen' | 'onChoose'>;

// Badge, menu and buttons are as heavy as the rest of the row, and do not change while it moves.
const Name = memo(function Name({ name, model: { channel, curve }, color, chosen, onChoose }: NameProps) {
  return (
    <div className={classes.name}>
      <UnstyledButton onClick={() => onChoose(channel)} aria-pressed={chosen} className={classes.pick}>
        <span className={classes.swatch} style={{ background: color }} aria-hidden />
        {name}
      </UnstyledButton>
      <QualityBadge quality={curve.quality} reason={curve.quality_reason} />
    </div>
  );
});

type ToolsProps = Pick<Props, 'name' | 'model' | 'currency' | 'input' | 'mayPlan' | 'onChange'> & { amount: RefObject<number> };

const Tools = memo(function Tools({ name, model: { channel }, currency, input, mayPlan, onChange, amount }: ToolsProps) {
  const { t } = useTranslation();
  const locked = input.lock !== undefined;
  const Icon = input.pinned ? Pin : locked ? Lock : LockOpen;
  return (
    <div className={classes.tools}>
      <ActionIcon
        variant={locked ? 'light' : 'subtle'}
        color={locked ? 'brand' : 'gray'}
        size="lg"
        disabled={!mayPlan}
        aria-pressed={locked}
        aria-label={locked ? t('budget.unlock', { name }) : t('budget.lock', { name })}
        onClick={() => onChange(channel, { lock: locked ? undefined : amount.current, pinned: undefined })}
      >
        <Icon size={16} aria-hidden />
      </ActionIcon>
      <LimitsMenu name={name} currency={currency} input={input} disabled={!mayPlan} onChange={(patch) => onChange(channel, patch)} />
    </div>
  );
});
