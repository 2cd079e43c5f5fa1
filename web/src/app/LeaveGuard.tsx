import { useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useEffect } from 'react';
import { useBlocker } from 'react-router';
import { hasUnsaved } from '@/lib/unsaved';

const LeaveDialog = lazy(async () => ({ default: (await import('@/components/LeaveDialog')).LeaveDialog }));

/** Asks before a page is left on which something is typed and not saved, or while something is still being saved. */
export function LeaveGuard() {
  const client = useQueryClient();
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent) => {
      if (hasUnsaved() || client.isMutating() > 0) event.preventDefault();
    };
    window.addEventListener('beforeunload', warn);
    return () => window.removeEventListener('beforeunload', warn);
  }, [client]);
  const blocker = useBlocker(({ currentLocation: from, nextLocation: to, historyAction }) => {
    // What is open on a page stands in its address: going back, or by a link, may close it. Pages themselves replace it.
    const leaves = from.pathname !== to.pathname || (from.search !== to.search && historyAction !== 'REPLACE');
    return leaves && hasUnsaved();
  });
  if (blocker.state !== 'blocked') return null;
  return (
    <Suspense fallback={null}>
      <LeaveDialog onStay={blocker.reset} onLeave={blocker.proceed} />
    </Suspense>
  );
}
