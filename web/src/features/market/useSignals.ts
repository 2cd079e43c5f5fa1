import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { getSignalQueryKey, listSignalsQueryKey } from '@/api/generated/@tanstack/react-query.gen';
import { dismissSignal, restoreSignal, watchSignal } from '@/api/generated/sdk.gen';
import type { Signal } from '@/api/generated/types.gen';
import { offerUndo } from '@/components/undo';

export const DISMISSALS = ['irrelevant', 'known', 'untrue', 'other'] as const;
export type Dismissal = (typeof DISMISSALS)[number];

/** Watching, dismissing and taking back: what is thought of a signal. */
export function useSignalActions() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const keep = ({ data }: { data: Signal }) => {
    client.setQueryData(getSignalQueryKey({ path: { signal_id: data.id } }), data);
    void client.invalidateQueries({ queryKey: listSignalsQueryKey() });
  };
  const restore = useMutation({ mutationFn: (id: string) => restoreSignal({ path: { signal_id: id } }), onSuccess: keep });
  const watch = useMutation({ mutationFn: (id: string) => watchSignal({ path: { signal_id: id } }), onSuccess: keep });
  const dismiss = useMutation({
    mutationFn: ({ id, reason }: { id: string; reason: Dismissal }) => dismissSignal({ path: { signal_id: id }, body: { reason } }),
    onSuccess: (answer) => {
      keep(answer);
      const { id, title } = answer.data;
      offerUndo({ message: t('market.dismissedToast', { title }), undo: t('common.undo'), onUndo: () => restore.mutate(id) });
    },
  });
  return { watch, dismiss, restore };
}
