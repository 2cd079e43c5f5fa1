import { Alert, VisuallyHidden } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Calculator } from 'lucide-react';
import { useCallback, useEffect, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useOutletContext } from 'react-router';
import { getCurvesOptions } from '@/api/generated/@tanstack/react-query.gen';
import type { Campaign, Curves } from '@/api/generated/types.gen';
import { Async } from '@/components/Async';
import { Notice } from '@/components/Notice';
import { at } from '@/lib/allocation/hull';
import { type Command, usePageCommands } from '@/lib/commands';
import { formatMoney } from '@/lib/money';
import { useUrlState } from '@/lib/useUrlState';
import classes from './Budget.module.css';
import { BudgetBar } from './BudgetBar';
import { CertificateCard } from './CertificateCard';
import { ChangeCard } from './ChangeCard';
import { ChannelCard } from './ChannelCard';
import { ChannelTable } from './ChannelTable';
import { GoalBar } from './GoalBar';
import { moneyOf } from './inputs';
import { meanOfPlan } from './live';
import { modelOf } from './model';
import { NewerModel } from './NewerModel';
import { type Budget, useBudget } from './useBudget';

const PLACE: { channel: string | undefined } = { channel: undefined };

/** The budget by channel, with live what-if. */
export function BudgetTab() {
  const { t } = useTranslation();
  const campaign = useOutletContext<Campaign>();
  const planned = campaign.channel_strategies.length > 0;
  const curves = useQuery({ ...getCurvesOptions({ path: { campaign_id: campaign.id } }), enabled: planned, throwOnError: false });
  if (!planned) return <Notice title={t('budget.none')} text={t('budget.noneText')} icon={<Calculator />} />;
  return (
    <Async query={curves} what={t('budget.curves')} rows={6}>
      {(data) => <Loaded key={campaign.id} campaign={campaign} curves={data} />}
    </Async>
  );
}

function Loaded({ campaign, curves }: { campaign: Campaign; curves: Curves }) {
  const { t } = useTranslation();
  const [place, setPlace] = useUrlState(PLACE);
  const total = campaign.metrics.total_budget.amount;
  const model = useMemo(() => modelOf(curves, Math.round(Number(total) * curves.minor_per_unit)), [curves, total]);
  const budget = useBudget(campaign, model);
  const found = model.channels.findIndex(({ channel }) => channel === place.channel);
  const index = found < 0 ? model.channels.findIndex(({ channel }) => channel === campaign.channel_strategies[0]?.channel) : found;
  const chosen = model.channels[index];
  const channel = chosen?.channel ?? '';
  const spend = chosen ? at(budget.amounts, index) / model.perUnit : 0;
  const locked = budget.inputs.channels[channel]?.lock !== undefined;
  const { optimise, undo, redo, changeChannel } = budget;
  const choose = useCallback((next: string) => setPlace({ channel: next }), [setPlace]);

  // A list that changed with every move would redraw the shell each time.
  const toggleLock = useRef(() => {});
  useEffect(() => {
    toggleLock.current = () => changeChannel(channel, { lock: locked ? undefined : spend, pinned: undefined });
  });
  const commands = useMemo(
    (): Command[] => [
      { id: 'optimise', label: t('budget.optimise'), group: 'page', keys: 'r', run: optimise },
      {
        id: 'lock',
        label: t('budget.lockChosen'),
        group: 'page',
        keys: 'l',
        run: () => toggleLock.current(),
      },
      { id: 'undo', label: t('common.undo'), group: 'page', keys: 'mod+z', run: undo },
      { id: 'redo', label: t('common.redo'), group: 'page', keys: 'mod+shift+z', run: redo },
    ],
    [t, optimise, undo, redo],
  );
  usePageCommands(commands);
  const cost = budget.optimal ? meanOfPlan(model, budget.optimal) - budget.expected.mean : 0;

  return (
    <>
      <BudgetBar campaign={campaign} budget={budget} />
      <GoalBar campaign={campaign} inputs={budget.inputs} currency={budget.currency} asking={budget.asking} change={budget.change} />
      <NewerModel campaign={campaign} budget={budget} />
      <Problem budget={budget} />
      <ChannelTable campaign={campaign} model={model} budget={budget} chosen={channel} onChoose={choose} />
      <div className={classes.lower}>
        {chosen && <ChannelCard campaign={campaign} model={model} index={index} budget={budget} spend={spend} />}
        <div className={classes.side}>
          <ChangeCard campaign={campaign} model={model} budget={budget} />
          <CertificateCard
            campaign={campaign}
            certificate={budget.certificate}
            currency={budget.currency}
            cost={budget.moving ? 0 : cost}
            formatOutcome={budget.formatOutcome}
          />
        </div>
      </div>
      <Announced campaign={campaign} budget={budget} />
    </>
  );
}

/** Limits that cannot be met, or what the server refused. */
function Problem({ budget }: { budget: Budget }) {
  const { t } = useTranslation();
  const { fault, error, currency } = budget;
  const money = (minor: number) => formatMoney(moneyOf(minor / budget.perUnit, currency));
  if (!fault && !error) return null;
  return (
    <Alert color="red" variant="light" mb="md" role="alert">
      {fault?.kind === 'minimums' && t('budget.tooMuch', { least: money(fault.least), budget: money(fault.budget) })}
      {fault?.kind === 'crossed' && t('budget.crossed')}
      {fault?.kind === 'noTotal' && t('budget.noTotal')}
      {!fault && error?.message}
    </Alert>
  );
}

/** Says the result once a change has come to rest. */
function Announced({ campaign, budget }: { campaign: Campaign; budget: Budget }) {
  const { t } = useTranslation();
  const outcome = `${budget.formatOutcome(budget.expected.mean)} ${campaign.metrics.outcome_name}`;
  const [said] = useDebouncedValue(budget.dirty ? t('budget.result', { outcome }) : '', 800);
  return <VisuallyHidden role="status">{said}</VisuallyHidden>;
}
