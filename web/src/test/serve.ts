import { vi } from 'vitest';
import { setUpClient } from '@/api/client';
import { client } from '@/api/generated/client.gen';
import type { Me } from '@/api/generated/types.gen';
import { keepSession } from '@/api/session';

const me: Me = {
  user: { id: 'u', name: 'Maya', email: 'm@example.com', role: 'admin' },
  tenant: { id: 't', name: 'T', currency: 'EUR', is_demo: false },
  permissions: ['read', 'plan', 'administer', 'feedback'],
};

/** What was sent to change something. */
export type Sent = { method: string; path: string; version: string | null; body: unknown };

/** How a refused edit names the record as it is now. */
export const stale = (current: unknown) =>
  Response.json({ error: { code: 'VERSION_CONFLICT', message: 'It was edited.', fields: {}, details: { current } } }, { status: 412 });

/** Signs somebody in who may do everything; `answer` speaks for the server, where it says nothing lists are empty. */
export function serve(answer: (sent: Sent, nth: number) => unknown): Sent[] {
  const changes: Sent[] = [];
  keepSession({ access_token: 'token', token_type: 'bearer', expires_in: 600, me });
  setUpClient();
  client.setConfig({ baseUrl: 'http://localhost' });
  vi.stubGlobal('fetch', async (request: Request) => {
    const { pathname } = new URL(request.url);
    const text = request.method === 'GET' ? '' : await request.text();
    const isJson = request.headers.get('Content-Type')?.includes('json');
    const sent = {
      method: request.method,
      path: pathname,
      version: request.headers.get('If-Match'),
      body: isJson ? JSON.parse(text) : null,
    };
    if (request.method !== 'GET') changes.push(sent);
    const said = answer(sent, changes.length);
    if (said instanceof Response) return said;
    return Response.json(said ?? (pathname.endsWith('/auth/me') ? me : { items: [], total: 0, next_cursor: null }));
  });
  return changes;
}
