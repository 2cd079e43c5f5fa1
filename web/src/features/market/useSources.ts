import { useMutation, useMutationState, useQueryClient } from '@tanstack/react-query';
import { once, unchanged } from '@/api/client';
import { getRunQueryKey, listSignalsQueryKey, listSourcesQueryKey, listSpikesQueryKey } from '@/api/generated/@tanstack/react-query.gen';
import { createSource, deleteSource, editSource, fetchSource, previewSource, renewSourceSecret } from '@/api/generated/sdk.gen';
import type { Run, Source, SourceEdit, SourceInput } from '@/api/generated/types.gen';
import { useUndoableDelete } from '@/components/useUndoableDelete';

const FETCH = ['fetch-source'];

/** What can be done to the places news comes from. */
export function useSources() {
  const client = useQueryClient();
  const refresh = () => client.invalidateQueries({ queryKey: listSourcesQueryKey() });
  const remove = useUndoableDelete(
    (id) => deleteSource({ path: { source_id: id }, keepalive: true }),
    () => [listSourcesQueryKey()],
  );
  return {
    preview: useMutation({
      mutationFn: async (url: string) => (await previewSource({ body: { url } })).data,
      meta: { quiet: true },
    }),
    create: useMutation({
      mutationFn: async (body: SourceInput) => (await createSource({ body, headers: once() })).data,
      onSuccess: refresh,
      meta: { quiet: true },
    }),
    edit: useMutation({
      mutationFn: ({ source, patch }: { source: Source; patch: SourceEdit }) =>
        editSource({ path: { source_id: source.id }, body: patch, headers: unchanged(source.version) }),
      onSettled: refresh,
    }),
    remove,
    renew: useMutation({
      mutationFn: async (id: string) => (await renewSourceSecret({ path: { source_id: id } })).data,
      onSuccess: refresh,
    }),
    fetch: useMutation({
      mutationKey: FETCH,
      mutationFn: async (id: string) => (await fetchSource({ path: { source_id: id }, headers: once() })).data,
      onSuccess: (run) => client.setQueryData(getRunQueryKey({ path: { run_id: run.id } }), run),
    }),
    /** What a fetch may have changed. */
    refreshAll: async () => {
      await Promise.all(
        [listSourcesQueryKey(), listSignalsQueryKey(), listSpikesQueryKey()].map((queryKey) => client.invalidateQueries({ queryKey })),
      );
    },
  };
}

/** The run that last fetched a source on request, wherever that was asked: on its card, or when it was added. */
export function useLastFetch(id: string): string | undefined {
  const runs = useMutationState({
    filters: { mutationKey: FETCH, status: 'success', predicate: ({ state }) => state.variables === id },
    select: ({ state }) => (state.data as Run).id,
  });
  return runs.at(-1);
}
