import { useMutation, useQueryClient } from '@tanstack/react-query';
import { once, unchanged } from '@/api/client';
import {
  getConnectionQueryKey,
  getRunQueryKey,
  listConnectionFieldsQueryKey,
  listConnectionsQueryKey,
} from '@/api/generated/@tanstack/react-query.gen';
import {
  authoriseConnection,
  createConnection,
  deleteConnection,
  editConnection,
  previewConnection,
  saveConnectionMapping,
  setConnectionClient,
  setConnectionToken,
  syncConnection,
} from '@/api/generated/sdk.gen';
import type { Connection, ConnectionClientWritable, ConnectionEdit, ConnectionInput, ConnectionMapping } from '@/api/generated/types.gen';

export const CRM_OBJECTS = ['customers', 'companies', 'deals'] as const;
export type CrmObject = (typeof CRM_OBJECTS)[number];

/** Adding a connection. */
export function useCreateConnection() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (body: ConnectionInput) => (await createConnection({ body, headers: once() })).data,
    onSuccess: () => client.invalidateQueries({ queryKey: listConnectionsQueryKey() }),
    meta: { quiet: true },
  });
}

/** What can be done to a connection. Tokens and client secrets are sent once and never come back. */
export function useConnection(connection: Connection) {
  const client = useQueryClient();
  const path = { connection_id: connection.id };
  const key = getConnectionQueryKey({ path });
  const refresh = async () => {
    // Another sign-in may see other fields.
    const fields = listConnectionFieldsQueryKey({ path });
    await Promise.all([key, fields, listConnectionsQueryKey()].map((queryKey) => client.invalidateQueries({ queryKey })));
  };
  const quiet = { meta: { quiet: true }, onSuccess: refresh } as const;
  return {
    refresh,
    edit: useMutation({
      mutationFn: (body: ConnectionEdit) => editConnection({ path, body, headers: unchanged(connection.version) }),
      onSettled: refresh,
    }),
    remove: useMutation({
      mutationFn: () => deleteConnection({ path }),
      onSuccess: () => client.invalidateQueries({ queryKey: listConnectionsQueryKey() }),
    }),
    setToken: useMutation({
      mutationFn: ({ token, domain }: { token: string; domain: string }) =>
        setConnectionToken({ path, body: { token, ...(domain && { domain }) } }),
      ...quiet,
    }),
    setClient: useMutation({ mutationFn: (body: ConnectionClientWritable) => setConnectionClient({ path, body }), ...quiet }),
    authorise: useMutation({ mutationFn: async () => (await authoriseConnection({ path })).data.url, meta: { quiet: true } }),
    saveMapping: useMutation({ mutationFn: (body: ConnectionMapping) => saveConnectionMapping({ path, body }), ...quiet }),
    preview: useMutation({
      mutationFn: async (mapping: ConnectionMapping) => (await previewConnection({ path, body: { mapping } })).data,
      meta: { quiet: true },
    }),
    sync: useMutation({
      mutationFn: async (body: { dry_run?: boolean; full?: boolean }) => (await syncConnection({ path, body, headers: once() })).data,
      onSuccess: (run) => client.setQueryData(getRunQueryKey({ path: { run_id: run.id } }), run),
    }),
  };
}
