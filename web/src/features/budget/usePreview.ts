import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { ApiError } from '@/api/errors';
import { getCurvesQueryKey } from '@/api/generated/@tanstack/react-query.gen';
import { previewAllocation } from '@/api/generated/sdk.gen';
import { allocationBody, type Inputs } from './inputs';

const PAUSE_MS = 300;

/** The server's answer to the inputs once they have come to rest: the proof, and the plan for what the page cannot plan by itself. */
export function usePreview({
  campaign,
  inputs,
  currency,
  wanted,
}: {
  campaign: string;
  inputs: Inputs;
  currency: string;
  wanted: boolean;
}) {
  const [settled] = useDebouncedValue(inputs, PAUSE_MS);
  const body = allocationBody(settled, currency);
  const answer = useQuery({
    queryKey: [...getCurvesQueryKey({ path: { campaign_id: campaign } }), body],
    queryFn: async ({ signal }) => (await previewAllocation({ path: { campaign_id: campaign }, body, signal })).data,
    enabled: wanted && settled === inputs,
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: keepPreviousData,
    throwOnError: false,
    meta: { quiet: true },
  });
  const refused = answer.error instanceof ApiError && [409, 422].includes(answer.error.status) ? answer.error : undefined;
  const current = settled === inputs && !answer.isPlaceholderData;
  return {
    allocation: wanted ? answer.data : undefined,
    /** Is the answer about the inputs as they are now? */
    current: wanted && current && answer.data !== undefined && refused === undefined,
    asking: wanted && (!current || answer.isFetching),
    error: wanted && current ? refused : undefined,
  };
}
