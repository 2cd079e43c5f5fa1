import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { once, unchanged } from '@/api/client';
import {
  compareScenariosOptions,
  getCampaignQueryKey,
  getCurvesQueryKey,
  listScenariosOptions,
} from '@/api/generated/@tanstack/react-query.gen';
import { adoptScenario, createScenario, deleteScenario, editScenario, suggestScenario } from '@/api/generated/sdk.gen';
import type { Campaign, Scenario, ScenarioInput } from '@/api/generated/types.gen';
import { onNewestPlan } from '@/api/newest';
import { offerUndo } from '@/components/undo';

export const PLAN = 'plan';
export const MOST_COMPARED = 4;

/** The scenarios of a campaign, how the chosen ones compare, and what can be done with them. */
export function useScenarios(campaign: Campaign, compared: readonly string[]) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const path = { campaign_id: campaign.id };
  const list = useQuery(listScenariosOptions({ path }));
  const known = new Set(list.data?.items.map((each) => each.id));
  const asked = compared.filter((id) => id === PLAN || known.has(id)).slice(0, MOST_COMPARED);
  const comparison = useQuery({
    ...compareScenariosOptions({ path, query: { id: asked } }),
    enabled: list.isSuccess && asked.length > 0,
    placeholderData: keepPreviousData,
    throwOnError: false,
  });
  const refresh = () => client.invalidateQueries({ predicate: ({ queryKey }) => JSON.stringify(queryKey).includes('Scenarios') });

  const create = useMutation({
    mutationFn: async (body: ScenarioInput) => (await createScenario({ path, body, headers: once() })).data,
    onSuccess: refresh,
  });
  const suggest = useMutation({
    mutationFn: async (description: string) => (await suggestScenario({ path, body: { description } })).data,
    meta: { quiet: true },
  });
  const pin = useMutation({
    mutationFn: (one: Scenario) =>
      editScenario({ path: { ...path, scenario_id: one.id }, body: { pinned: !one.pinned }, headers: unchanged(one.version) }),
    onSuccess: refresh,
  });
  const remove = useMutation({
    mutationFn: (one: Scenario) => deleteScenario({ path: { ...path, scenario_id: one.id } }),
    onSuccess: async (_, { name, total_budget, limits, groups, goal }) => {
      await refresh();
      const again = () => create.mutate({ name, total_budget, limits, groups, goal });
      offerUndo({ message: t('scenarios.gone', { name }), undo: t('common.undo'), onUndo: again });
    },
  });
  const adopt = useMutation({
    mutationFn: (id: string) =>
      onNewestPlan(campaign, (version) => adoptScenario({ path: { ...path, scenario_id: id }, headers: unchanged(version) })),
    onSuccess: async ({ data: saved }) => {
      client.setQueryData(getCampaignQueryKey({ path }), saved);
      await client.invalidateQueries({ queryKey: getCurvesQueryKey({ path }) });
      await refresh();
    },
  });
  return { list, comparison, create, suggest, pin, remove, adopt, asked };
}

export type Scenarios = ReturnType<typeof useScenarios>;
