import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Campaign } from '@/api/generated/types.gen';
import { at } from '@/lib/allocation/hull';
import { createPlanner } from '@/lib/allocation/planner';
import { outcomeFormat } from '@/lib/outcome';
import { useHistory } from '@/lib/useHistory';
import {
  type ChannelInput,
  channelProblems,
  type Inputs,
  isLive,
  sameInputs,
  savedInputs,
  withChannel,
  withoutLocks,
  withoutPins,
} from './inputs';
import { type Live, liveOf } from './live';
import { type Model, outcomeOfPlan, toMinorUnits } from './model';
import { usePreview } from './usePreview';
import { type Shown, useSave } from './useSave';

type Moving = { channel: string; spend: number };

/** Amounts in minor units in the model's order, from any list of channels with budgets. */
const amountsIn = ({ channels, perUnit }: Model, plans: readonly { channel: string; budget: { amount: string } }[]): number[] =>
  channels.map(({ channel }) => toMinorUnits(Number(plans.find((plan) => plan.channel === channel)?.budget.amount ?? 0), perUnit));

/** What to show: the page's own plan, else the last answer with what the user has fixed since. */
function shownAmounts(model: Model, live: Live, answered: readonly number[], wanted: Inputs): readonly number[] {
  if (live.amounts) return live.amounts;
  return model.channels.map(({ channel }, i) => {
    const lock = wanted.channels[channel]?.lock;
    return lock === undefined ? at(answered, i) : toMinorUnits(lock, model.perUnit);
  });
}

/** Live what-if for a campaign's budget: inputs with undo, the best plan under them at once, the server's proof, saving. */
export function useBudget(campaign: Campaign, model: Model) {
  const { currency } = campaign.metrics.total_budget;
  const { outcome_is_money: isMoney } = campaign.metrics;
  const formatOutcome = useMemo(() => outcomeFormat(isMoney, currency), [isMoney, currency]);
  const saved = useMemo(() => savedInputs(campaign), [campaign]);
  const [inputs, { set, undo, redo }] = useHistory<Inputs>(saved);
  const [moving, setMoving] = useState<Moving>();
  const dirty = !sameInputs(inputs, saved, currency);

  const plan = useMemo(() => createPlanner(model.rows), [model]);
  const planFree = useMemo(() => createPlanner(model.rows), [model]);
  const wanted = useMemo(() => (moving ? withChannel(inputs, moving.channel, { lock: moving.spend }) : inputs), [inputs, moving]);
  const live = useMemo(() => liveOf(model, plan, wanted), [model, plan, wanted]);
  const unlocked = useMemo(() => liveOf(model, planFree, withoutLocks(inputs)).amounts, [model, planFree, inputs]);

  const preview = usePreview({ campaign: campaign.id, inputs, currency, wanted: dirty && live.fault === undefined && !moving });
  const savedAmounts = useMemo(() => amountsIn(model, campaign.channel_strategies), [model, campaign]);
  const answered = useMemo(
    () => (preview.allocation && !isLive(inputs) ? amountsIn(model, preview.allocation.channels) : savedAmounts),
    [model, preview.allocation, inputs, savedAmounts],
  );
  // What is saved is shown as it was saved, whatever the page would make of it.
  const amounts = useMemo(
    () => (dirty || moving ? shownAmounts(model, live, answered, wanted) : savedAmounts),
    [dirty, moving, model, live, answered, wanted, savedAmounts],
  );
  const expected = useMemo(() => outcomeOfPlan(model, amounts), [model, amounts]);

  const change = useCallback(
    (edit: (now: Inputs) => Inputs) => {
      setMoving(undefined);
      set(edit);
    },
    [set],
  );
  const move = useCallback((channel: string, spend: number) => setMoving({ channel, spend }), []);
  const settle = useCallback(
    (channel: string, spend: number) =>
      change((now) => {
        const { lock, pinned } = now.channels[channel] ?? {};
        if (lock === spend) return now;
        return withChannel(now, channel, { lock: spend, pinned: lock === undefined || pinned });
      }),
    [change],
  );
  const changeChannel = useCallback((channel: string, patch: ChannelInput) => change((now) => withChannel(now, channel, patch)), [change]);
  const optimise = useCallback(() => change(withoutPins), [change]);

  const save = useSave(campaign, currency, (data) =>
    change((now) => {
      const fresh = savedInputs(data);
      const pinned = Object.keys(fresh.channels).filter((channel) => now.channels[channel]?.pinned);
      return pinned.reduce((kept, channel) => withChannel(kept, channel, { pinned: true }), fresh);
    }),
  );
  // The moving plan is not to change what the buttons get.
  const { mutate } = save;
  const latest = useRef<Shown>(undefined);
  useEffect(() => {
    const spends = model.channels.map(({ channel }, i) => [channel, String(at(amounts, i) / model.perUnit)]);
    latest.current = live.amounts && Object.fromEntries(spends);
  });
  return {
    inputs,
    perUnit: model.perUnit,
    limits: live.limits,
    fault: live.fault,
    moving: moving !== undefined,
    amounts,
    savedAmounts,
    optimal: unlocked,
    expected,
    dirty,
    error: preview.error,
    problems: preview.error ? channelProblems(preview.error.fields, inputs, currency) : {},
    asking: preview.asking,
    certificate: dirty ? (preview.current ? preview.allocation?.certificate : undefined) : (campaign.certificate ?? undefined),
    currency,
    formatOutcome,
    move,
    settle,
    change,
    changeChannel,
    optimise,
    reset: useCallback(() => change(() => saved), [change, saved]),
    undo,
    redo,
    save: useCallback(() => mutate({ inputs, shown: latest.current }), [mutate, inputs]),
    saving: save.isPending,
  };
}

export type Budget = ReturnType<typeof useBudget>;
