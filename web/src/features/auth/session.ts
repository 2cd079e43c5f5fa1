import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from 'react-router';
import { signOut } from '@/api/generated/sdk.gen';
import type { Session } from '@/api/generated/types.gen';
import { meOptions } from '@/api/me';
import { keepSession } from '@/api/session';
import { finishDeletions } from '@/lib/deletions';

/** Takes over a fresh session: its token, and who it belongs to. */
export function useEnter() {
  const client = useQueryClient();
  return (session: Session) => {
    keepSession(session);
    client.clear();
    client.setQueryData(meOptions().queryKey, session.me);
  };
}

/** Ends the session here and on the server. */
export function useSignOut() {
  const client = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: async () => {
      await finishDeletions();
      return signOut();
    },
    onSuccess: async () => {
      keepSession(undefined);
      await navigate('/login');
      client.clear();
    },
  });
}
