import { useSyncExternalStore } from 'react';

type Deletion = {
  id: string;
  /** Tells the server. */
  send: () => Promise<unknown>;
  /** What follows, however that ended; `error` when it was refused. */
  settled: (error?: unknown) => unknown;
};

/** How long a deletion can be taken back. */
export const UNDO_MS = 10_000;

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

/** Ids of records that were deleted here and wait for the time to undo to pass; lists leave them out. */
export const useGone = (): ReadonlySet<string> => useSyncExternalStore(subscribe, () => gone);

/** Hides a record at once and deletes it when it can no longer be taken back. Answers how to take it back. */
export function deleteLater({ id, send, settled }: Deletion): () => void {
  setGone(id, true);
  const finish = async () => {
    if (!waiting.delete(id)) return;
    window.clearTimeout(timer);
    try {
      await send();
      await settled();
    } catch (error) {
      await settled(error);
    }
    setGone(id, false);
  };
  const timer = window.setTimeout(finish, UNDO_MS);
  waiting.set(id, finish);
  return () => {
    if (!waiting.delete(id)) return;
    window.clearTimeout(timer);
    setGone(id, false);
  };
}

/** Deletes at once what still waits: before one signs out, or leaves the page for good. */
export async function finishDeletions(): Promise<void> {
  await Promise.all([...waiting.values()].map((finish) => finish()));
}

window.addEventListener('pagehide', () => void finishDeletions());
