import { type ReactNode, useState } from 'react';
import { hasUnsaved } from '@/lib/unsaved';
import { LeaveDialog } from './LeaveDialog';

/** Closing of a drawer or dialog that asks first when something in it is typed and not saved. */
export function useCloseGuard(onClose: () => void): { close: () => void; question: ReactNode } {
  const [asking, setAsking] = useState(false);
  return {
    close: () => (hasUnsaved() ? setAsking(true) : onClose()),
    question: asking && <LeaveDialog onStay={() => setAsking(false)} onLeave={onClose} />,
  };
}
