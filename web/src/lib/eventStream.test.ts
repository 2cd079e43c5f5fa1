import { describe, expect, it } from 'vitest';
import { readEvents, type StreamEvent } from './eventStream';

async function collect(...chunks: string[]): Promise<StreamEvent[]> {
  const bytes = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(bytes.encode(chunk));
      controller.close();
    },
  });
  const found: StreamEvent[] = [];
  for await (const event of readEvents(body)) found.push(event);
  return found;
}

describe('an event stream', () => {
  it('yields messages that are split over chunks', async () => {
    expect(await collect('event: run\nda', 'ta: {"a":1}\n', '\nid: 7\ndata: x\ndata: y\n\n')).toEqual([
      { event: 'run', data: '{"a":1}', id: undefined },
      { event: 'message', data: 'x\ny', id: '7' },
    ]);
  });

  it('takes CRLF, comments and a cut-off end', async () => {
    expect(await collect(': ping\r\n\r', '\ndata: one\r\n\r\ndata: never ended')).toEqual([
      { event: 'message', data: 'one', id: undefined },
    ]);
  });
});
