import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, it, vi } from 'vitest';
import { setUpClient } from '@/api/client';
import { client } from '@/api/generated/client.gen';
import type { Me, Service } from '@/api/generated/types.gen';
import { keepSession } from '@/api/session';
import { renderPage } from '@/test/render';
import { ServicePeek } from './ServicePeek';

const me: Me = {
  user: { id: 'u', name: 'Maya', email: 'm@example.com', role: 'user' },
  tenant: { id: 't', name: 'T', currency: 'EUR', is_demo: false },
  permissions: ['read', 'plan'],
};
const service: Service = {
  id: 's1',
  brand_id: 'b1',
  name: 'Time',
  category: '',
  description: '',
  target_audience: '',
  benefits: ['Fast'],
  proofs: [],
  price: { amount: '6.50', currency: 'EUR' },
  version: 1,
  created_at: '2026-08-01T00:00:00Z',
  updated_at: '2026-08-01T00:00:00Z',
};
const theirs: Service = { ...service, name: 'Their time', benefits: ['Fast', 'Cheap'], version: 2 };
const page = { items: [], total: 0, next_cursor: null };

/** Shows the service to somebody who plans; the first save is refused, for a colleague has saved meanwhile. */
function open() {
  const sent: { version: string | null; body: unknown }[] = [];
  keepSession({ access_token: 'token', token_type: 'bearer', expires_in: 600, me });
  setUpClient();
  client.setConfig({ baseUrl: 'http://localhost' });
  vi.stubGlobal('fetch', async (request: Request) => {
    const { pathname } = new URL(request.url);
    if (request.method === 'PATCH') {
      sent.push({ version: request.headers.get('If-Match'), body: await request.json() });
      if (sent.length > 1) return Response.json({ ...theirs, version: 3 });
      const error = { code: 'VERSION_CONFLICT', message: 'It was edited.', fields: {}, details: { current: theirs } };
      return Response.json({ error }, { status: 412 });
    }
    if (pathname.endsWith('/services/s1')) return Response.json(service);
    return Response.json(pathname.endsWith('/auth/me') ? me : page);
  });
  renderPage(<ServicePeek id="s1" onClose={() => undefined} />);
  return sent;
}

afterEach(() => vi.unstubAllGlobals());

it('shows what a colleague saved beside what was typed, and saves what is chosen', async () => {
  const sent = open();
  const name = await screen.findByLabelText(/^Name/);
  await userEvent.type(name, '!');
  await userEvent.click(screen.getByText('Save'));
  expect(await screen.findByText('Somebody else saved this meanwhile')).toBeInTheDocument();
  expect(screen.getByLabelText('Result: Name')).toHaveValue('Time!');
  expect(screen.getByLabelText('Result: Benefits')).toHaveValue('Fast\nCheap');
  await userEvent.click(screen.getByText('Save the result'));
  await waitFor(() => expect(sent).toHaveLength(2));
  expect(sent[0]?.version).toBe('"1"');
  expect(sent[1]).toEqual({ version: '"2"', body: expect.objectContaining({ name: 'Time!', benefits: ['Fast', 'Cheap'] }) });
});

it('keeps what was typed when one goes back to the form', async () => {
  const sent = open();
  await userEvent.type(await screen.findByLabelText(/^Name/), '!');
  await userEvent.click(screen.getByText('Save'));
  await userEvent.click(await screen.findByText('Back to the form'));
  await waitFor(() => expect(screen.queryByText('Somebody else saved this meanwhile')).toBeNull());
  expect(screen.getByLabelText(/^Name/)).toHaveValue('Time!');
  expect(sent).toHaveLength(1);
});
