import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { unchanged } from '@/api/client';
import { getCampaignQueryKey } from '@/api/generated/@tanstack/react-query.gen';
import { previewFlights, saveFlights } from '@/api/generated/sdk.gen';
import type { Campaign, Flighting, FlightRulesInput } from '@/api/generated/types.gen';
import { onNewestPlan } from '@/api/newest';
import { useHistory } from '@/lib/useHistory';
import { type Board, boardOf, flightsOf } from './board';

type Draft = {
  board: Board;
  /** The rules that made the board; none once a person has moved something. */
  rules?: FlightRulesInput | undefined;
  /** What the rules promise. */
  found?: Flighting | undefined;
};

/** The flights of a campaign as they are moved about, with undo, and how they are tried and kept. */
export function useFlights(campaign: Campaign) {
  const client = useQueryClient();
  const path = { campaign_id: campaign.id };
  const [saved, setSaved] = useState<Draft>(() => ({ board: boardOf(campaign, campaign.channel_strategies) }));
  const [draft, { set, undo, redo }] = useHistory<Draft>(saved);
  const { currency } = campaign.metrics.total_budget;

  const preview = useMutation({
    mutationFn: async (rules: FlightRulesInput) => (await previewFlights({ path, body: { flighting: rules } })).data,
    onSuccess: (found, rules) => set(() => ({ board: boardOf(campaign, found.channels), rules, found })),
    meta: { quiet: true },
  });
  const save = useMutation({
    mutationFn: async () => {
      const body = draft.rules ? { flighting: draft.rules } : { channels: flightsOf(draft.board, currency) };
      const { data } = await onNewestPlan(campaign, (version) => saveFlights({ path, body, headers: unchanged(version) }));
      return data;
    },
    onSuccess: (kept) => {
      client.setQueryData(getCampaignQueryKey({ path }), kept);
      const now = { ...draft, board: boardOf(kept, kept.channel_strategies) };
      setSaved(now);
      set(() => now);
    },
  });
  return {
    draft,
    currency,
    changed: draft.board !== saved.board,
    edit: (change: (board: Board) => Board) =>
      set((now) => {
        const board = change(now.board);
        return board === now.board ? now : { board };
      }),
    discard: () => set(() => saved),
    undo,
    redo,
    preview,
    save,
  };
}

export type Flights = ReturnType<typeof useFlights>;
