import { readEvents } from '@/lib/eventStream';
import type { Run } from './generated/types.gen';
import { sessionFetch } from './session';

type Handlers = { signal: AbortSignal; onRun: (run: Run) => void };

/** Calls `onRun` on every change of a run until it ends, the stream breaks or `signal` aborts. */
export async function followRunEvents(id: string, { signal, onRun }: Handlers): Promise<void> {
  const response = await sessionFetch(`/api/v1/runs/${encodeURIComponent(id)}/events`, {
    signal,
    headers: { Accept: 'text/event-stream' },
  });
  if (!response.ok || !response.body) return;
  for await (const event of readEvents(response.body)) {
    if (signal.aborted) return;
    if (event.event === 'run') onRun(JSON.parse(event.data) as Run);
  }
}
