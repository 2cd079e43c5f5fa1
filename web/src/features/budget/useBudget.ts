import { useDebouncedCallback, useStateHistory } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { unchanged } from '@/api/client';
import { ApiError } from '@/api/errors';
import { getCampaignQueryKey, getCurvesQueryKey, listCampaignsQueryKey } from '@/api/generated/@tanstack/react-query.gen';
import { previewAllocation, saveAllocation } from '@/api/generated/sdk.gen';
import type { Allocation, Campaign } from '@/api/generated/types.gen';
import { outcomeFormat } from '@/lib/outcome';
import { allocationBody, channelProblems, hasLocks, type Inputs, sameInputs, savedInputs, withChannel, withoutLocks } from './inputs';

type Moving = { channel: string; spend: number };

/** What the saved campaign holds, in the form of a preview. */
const savedAllocation = (campaign: Campaign): Allocation | undefined =>
  campaign.certificate && campaign.metrics.expected_outcome
    ? { channels: campaign.channel_strategies, expected_outcome: campaign.metrics.expected_outcome, certificate: campaign.certificate }
    : undefined;

/** Live what-if for a campaign's budget: inputs with undo, the server's answer to them, saving. */
export function useBudget(campaign: Campaign) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { currency } = campaign.metrics.total_budget;
  const formatOutcome = useMemo(
    () => outcomeFormat(campaign.metrics.outcome_is_money, currency),
    [campaign.metrics.outcome_is_money, currency],
  );
  const saved = useMemo(() => savedInputs(campaign), [campaign]);
  const [inputs, history] = useStateHistory<Inputs>(saved);
  const { set: setInputs, back, forward } = history;
  const [moving, setMoving] = useState<Moving>();
  const [preview, setPreview] = useState<Allocation>();
  const [best, setBest] = useState<Allocation>();
  const asked = useRef(0);

  const ask = useMutation({
    mutationFn: async ({ wanted, turn }: { wanted: Inputs; turn: number }) => {
      const send = (i: Inputs) => previewAllocation({ path: { campaign_id: campaign.id }, body: allocationBody(i, currency) });
      const [mine, free] = await Promise.all([send(wanted), hasLocks(wanted) ? send(withoutLocks(wanted)) : undefined]);
      return { mine: mine.data, free: free?.data ?? mine.data, turn };
    },
    // An answer that a newer question has overtaken is dropped.
    onSuccess: ({ mine, free, turn }) => {
      if (turn !== asked.current) return;
      setPreview(mine);
      setBest(free);
    },
    meta: { quiet: true },
  });
  const look = useDebouncedCallback((wanted: Inputs) => {
    asked.current += 1;
    ask.mutate({ wanted, turn: asked.current });
  }, 120);

  const commit = useCallback(
    (next: Inputs) => {
      setMoving(undefined);
      setInputs(next);
    },
    [setInputs],
  );
  const move = useCallback(
    (channel: string, spend: number) => {
      setMoving({ channel, spend });
      look(withChannel(inputs, channel, { lock: spend }));
    },
    [inputs, look],
  );
  const change = useCallback(
    (channel: string, patch: Inputs['channels'][string]) => commit(withChannel(inputs, channel, patch)),
    [inputs, commit],
  );

  const undo = useCallback(() => back(), [back]);
  const redo = useCallback(() => forward(), [forward]);
  const known = useRef(hasLocks(inputs) ? undefined : inputs);
  useEffect(() => {
    // A saved plan without locks is known; anything else, also what undo brings back, is a question to the server.
    if (known.current === inputs) return;
    known.current = inputs;
    look(inputs);
  }, [inputs, look]);

  const save = useMutation({
    mutationFn: () =>
      saveAllocation({ path: { campaign_id: campaign.id }, body: allocationBody(inputs, currency), headers: unchanged(campaign.version) }),
    onSuccess: async ({ data }) => {
      client.setQueryData(getCampaignQueryKey({ path: { campaign_id: campaign.id } }), data);
      setPreview(undefined);
      setInputs(savedInputs(data));
      notifications.show({ color: 'brand', message: t('budget.saved', { version: data.version }), role: 'status' });
      await client.invalidateQueries({ queryKey: getCurvesQueryKey({ path: { campaign_id: campaign.id } }) });
      await client.invalidateQueries({ queryKey: listCampaignsQueryKey() });
    },
    onError: (error) => {
      if (error instanceof ApiError && error.status === 412)
        void client.invalidateQueries({ queryKey: getCampaignQueryKey({ path: { campaign_id: campaign.id } }) });
    },
  });

  const error = ask.error instanceof ApiError && [409, 422].includes(ask.error.status) ? ask.error : undefined;
  const problems = error && ask.variables ? channelProblems(error.fields, ask.variables.wanted, currency) : {};
  return {
    inputs,
    moving,
    allocation: preview ?? savedAllocation(campaign),
    best,
    error,
    problems,
    asking: ask.isPending,
    dirty: !sameInputs(inputs, saved, currency),
    currency,
    formatOutcome,
    move,
    change,
    setTotal: (total: number) => commit({ ...inputs, total }),
    optimise: useCallback(() => commit(withoutLocks(inputs)), [commit, inputs]),
    reset: () => {
      setPreview(undefined);
      commit(saved);
    },
    undo,
    redo,
    save,
  };
}

export type Budget = ReturnType<typeof useBudget>;
