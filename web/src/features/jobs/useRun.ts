import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import {
  getCampaignQueryKey,
  getCurvesQueryKey,
  getMeasurementQueryKey,
  getRunOptions,
  listAlternativesQueryKey,
  listCampaignsQueryKey,
  listDecisionsQueryKey,
  listModelsQueryKey,
  listRunsQueryKey,
} from '@/api/generated/@tanstack/react-query.gen';
import type { Run } from '@/api/generated/types.gen';
import { followRunEvents } from '@/api/runEvents';

export const isActive = (run: Pick<Run, 'state'> | undefined): boolean => run?.state === 'queued' || run?.state === 'running';

/** Two seconds at first, five after 20 s of running. */
const pollDelay = (run: Run | undefined) => (run?.started_at && Date.now() - new Date(run.started_at).getTime() > 20_000 ? 5000 : 2000);

/** A run as it goes on: by server-sent events, and by polling whenever the stream is not there. */
export function useRun(id: string | undefined) {
  const client = useQueryClient();
  const [streaming, setStreaming] = useState(false);
  const options = getRunOptions({ path: { run_id: id ?? '' } });
  const query = useQuery({
    ...options,
    enabled: id !== undefined,
    staleTime: 0,
    refetchInterval: ({ state }) => (streaming || (state.data && !isActive(state.data)) ? false : pollDelay(state.data)),
  });
  const active = isActive(query.data);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the key is made of the id
  useEffect(() => {
    if (!id || !active) return undefined;
    const stop = new AbortController();
    const onRun = (run: Run) => {
      setStreaming(true);
      client.setQueryData(options.queryKey, run);
    };
    followRunEvents(id, { signal: stop.signal, onRun })
      .catch(() => undefined)
      .finally(() => setStreaming(false));
    return () => stop.abort();
  }, [id, active, client]);

  const ended = query.data !== undefined && !active;
  const campaignId = query.data?.campaign_id;
  const brandId = query.data?.brand_id;
  useEffect(() => {
    if (!ended) return;
    void client.invalidateQueries({ queryKey: listRunsQueryKey() });
    void client.invalidateQueries({ queryKey: listCampaignsQueryKey() });
    void client.invalidateQueries({ queryKey: listDecisionsQueryKey() });
    if (brandId) {
      void client.invalidateQueries({ queryKey: getMeasurementQueryKey({ query: { brand_id: brandId } }) });
      void client.invalidateQueries({ queryKey: listModelsQueryKey() });
    }
    if (!campaignId) return;
    void client.invalidateQueries({ queryKey: getCampaignQueryKey({ path: { campaign_id: campaignId } }) });
    void client.invalidateQueries({ queryKey: listAlternativesQueryKey({ path: { campaign_id: campaignId } }) });
    void client.invalidateQueries({ queryKey: getCurvesQueryKey({ path: { campaign_id: campaignId } }) });
  }, [ended, campaignId, brandId, client]);

  return query;
}
