import { useMemo, useReducer } from 'react';

type History<T> = { past: readonly T[]; now: T; future: readonly T[] };
type Step<T> = { kind: 'set'; change: (now: T) => T } | { kind: 'back' } | { kind: 'forward' };

const STEPS = 100;

function reduce<T>({ past, now, future }: History<T>, step: Step<T>): History<T> {
  if (step.kind === 'set') {
    const next = step.change(now);
    return next === now ? { past, now, future } : { past: [...past, now].slice(-STEPS), now: next, future: [] };
  }
  const other = step.kind === 'back' ? past.at(-1) : future[0];
  if (other === undefined) return { past, now, future };
  return step.kind === 'back'
    ? { past: past.slice(0, -1), now: other, future: [now, ...future] }
    : { past: [...past, now], now: other, future: future.slice(1) };
}

/** A value with undo and redo, 100 steps; all functions stay the same. */
export function useHistory<T extends object>(initial: T) {
  const [{ now }, step] = useReducer<History<T>, [Step<T>]>(reduce, { past: [], now: initial, future: [] });
  const handlers = useMemo(
    () => ({
      set: (change: (now: T) => T) => step({ kind: 'set', change }),
      undo: () => step({ kind: 'back' }),
      redo: () => step({ kind: 'forward' }),
    }),
    [],
  );
  return [now, handlers] as const;
}
