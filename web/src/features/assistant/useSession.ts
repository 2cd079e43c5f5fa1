import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from 'react-router';
import { once } from '@/api/client';
import {
  getSessionOptions,
  getSessionQueryKey,
  listSessionsOptions,
  listSessionsQueryKey,
} from '@/api/generated/@tanstack/react-query.gen';
import { acceptDraft, declineDraft, deleteSession, say, startSession } from '@/api/generated/sdk.gen';
import type { AssistantSession } from '@/api/generated/types.gen';

export type Assistant = AssistantSession['assistant'];
export const ASSISTANTS = ['workspace', 'planning', 'insights'] as const satisfies readonly Assistant[];

export const useSessions = () => useQuery({ ...listSessionsOptions({ query: { limit: 50 } }), throwOnError: false });
export const useSession = (id: string | undefined) =>
  useQuery({ ...getSessionOptions({ path: { session_id: id ?? '' } }), enabled: id !== undefined, throwOnError: false });

type Asked = { text: string; session?: string | undefined; assistant: Assistant; campaign?: string | undefined };

/** Talking to an assistant: asking, which starts a conversation when there is none, and taking or leaving its drafts. */
export function useTalk() {
  const client = useQueryClient();
  const navigate = useNavigate();
  const refresh = async (id: string) => {
    await client.invalidateQueries({ queryKey: getSessionQueryKey({ path: { session_id: id } }) });
    await client.invalidateQueries({ queryKey: listSessionsQueryKey() });
  };
  const ask = useMutation({
    mutationFn: async ({ text, session, assistant, campaign }: Asked) => {
      const id =
        session ?? (await startSession({ body: { assistant, ...(campaign && { campaign_id: campaign }) }, headers: once() })).data.id;
      await say({ path: { session_id: id }, body: { text }, headers: once() });
      return id;
    },
    onSuccess: async (id, { session }) => {
      await refresh(id);
      if (!session) void navigate(`/assistant/${id}`, { replace: true });
    },
    meta: { quiet: true },
  });
  const settle = useMutation({
    mutationFn: ({ session, draft, taken }: { session: string; draft: string; taken: boolean }) =>
      (taken ? acceptDraft : declineDraft)({ path: { session_id: session, draft_id: draft } }),
    onSettled: (_, __, { session }) => refresh(session),
  });
  const remove = useMutation({
    mutationFn: (id: string) => deleteSession({ path: { session_id: id } }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: listSessionsQueryKey() });
      void navigate('/assistant');
    },
  });
  return { ask, settle, remove };
}
