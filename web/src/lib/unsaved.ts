import { useEffect, useId } from 'react';

const written = new Set<string>();

/** Whether anything was typed on this page that is not saved. */
export const hasUnsaved = (): boolean => written.size > 0;

/** Remembers that a form holds what is not saved, for as long as it is `dirty`. */
export function useUnsaved(dirty: boolean): void {
  const id = useId();
  useEffect(() => {
    if (!dirty) return undefined;
    written.add(id);
    return () => {
      written.delete(id);
    };
  }, [id, dirty]);
}
