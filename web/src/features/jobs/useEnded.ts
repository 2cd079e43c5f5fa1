import { useEffect } from 'react';
import type { Run } from '@/api/generated/types.gen';
import { isActive } from './useRun';

/** Does something once when a run has ended, however it ended. */
export function useEnded(run: Run | undefined, then: () => unknown): void {
  const ended = run !== undefined && !isActive(run);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the run has ended
  useEffect(() => {
    if (ended) void then();
  }, [ended]);
}
