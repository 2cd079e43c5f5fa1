import { useSyncExternalStore } from 'react';

type Deletion = {
  id: string;
  /** Tells the server. */
  send: () => Promise<unknown>;
  /** What follows, however that ended; `error` when it was refused. */
  settled: (error?: unknown) => unknown;
};

let gone: ReadonlySet<string> = new Set();
const listeners = new Set<() => void>();
const waiting = new Map<string, () => Promise<void>>();

function setGone(id: string, is: boolean): void {
  const next = new Set(gone);
  if (is) next.add(id);
  else next.delete(id);
  gone = next;
  for (const listener of listeners) listener();
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** Ids of records that were deleted here and can still be taken back; lists leave them out. */
export const useGone = (): ReadonlySet<string> => useSyncExternalStore(subscribe, () => gone);

/** Hides a record at once. It is deleted by `finish`, unless it was taken back by `undo` before. */
export function deleteLater({ id, send, settled }: Deletion): { finish: () => Promise<void>; undo: () => void } {
  /** Whether this is still to be decided; afterwards it is not. */
  const decide = () => waiting.get(id) === finish && waiting.delete(id);
  const finish = async () => {
    if (!decide()) return;
    try {
      await send();
      await settled();
    } catch (error) {
      await settled(error);
    }
    setGone(id, false);
  };
  waiting.set(id, finish);
  setGone(id, true);
  return { finish, undo: () => decide() && setGone(id, false) };
}

/** Deletes at once what still waits: before one signs out, or leaves the page for good. */
export async function finishDeletions(): Promise<void> {
  await Promise.all([...waiting.values()].map((finish) => finish()));
}

window.addEventListener('pagehide', () => void finishDeletions());
