import { notifications } from '@mantine/notifications';
import { type QueryKey, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { deleteLater } from '@/lib/deletions';
import { offerUndo } from './undo';

type Named = { id: string; name: string };

/** Deletes a record once it can no longer be taken back. `send` tells the server, and must outlive the page. */
export function useUndoableDelete(send: (id: string) => Promise<unknown>, lists: () => readonly QueryKey[]) {
  const { t } = useTranslation();
  const client = useQueryClient();
  return ({ id, name }: Named): void => {
    const settled = async (error?: unknown) => {
      if (error !== undefined) {
        const message = error instanceof Error ? error.message : String(error);
        const title = t('common.notDeleted', { name });
        notifications.show({ color: 'red', title, message, autoClose: false, role: 'alert' });
      }
      await Promise.all(lists().map((queryKey) => client.invalidateQueries({ queryKey })));
    };
    const sendNow = () => {
      hide();
      return send(id);
    };
    const { finish, undo } = deleteLater({ id, send: sendNow, settled });
    const hide = offerUndo({ message: t('common.deleted', { name }), undo: t('common.undo'), onUndo: undo, onOver: () => void finish() });
  };
}
