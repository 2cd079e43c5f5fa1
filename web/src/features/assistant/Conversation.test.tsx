import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, it, vi } from 'vitest';
import { client } from '@/api/generated/client.gen';
import type { AssistantMessage, AssistantSession, Me } from '@/api/generated/types.gen';
import { keepSession } from '@/api/session';
import { renderPage } from '@/test/render';
import { Conversation } from './Conversation';

const me: Me = {
  user: { id: 'u', name: 'Maya', email: 'm@example.com', role: 'user' },
  tenant: { id: 't', name: 'T', currency: 'EUR', is_demo: false },
  permissions: ['read', 'feedback'],
};
const said = { citations: [], drafts: [], fallback_reason: '', created_at: '2026-11-03T10:00:00Z' };
const messages: AssistantMessage[] = [
  { ...said, id: 'm1', role: 'user', author: 'person', text: 'What is the budget?' },
  { ...said, id: 'm2', role: 'assistant', author: 'rules', text: 'It is 240,000 EUR.' },
];
const session: AssistantSession = {
  id: 's1',
  assistant: 'planning',
  title: 'Budget',
  campaign_id: 'c1',
  messages,
  created_at: said.created_at,
  updated_at: said.created_at,
};

afterEach(() => vi.unstubAllGlobals());

it('lets an answer be reported, and no question', async () => {
  const sent: unknown[] = [];
  Element.prototype.scrollIntoView = () => undefined;
  keepSession({ access_token: 'token', token_type: 'bearer', expires_in: 600, me });
  client.setConfig({ baseUrl: 'http://localhost' });
  vi.stubGlobal('fetch', async (request: Request) => {
    if (request.method === 'GET') return Response.json(me);
    sent.push([new URL(request.url).pathname, await request.json()]);
    return new Response(null, { status: 204 });
  });
  renderPage(<Conversation session={session} />);
  const [report, ...others] = await screen.findAllByRole('button', { name: 'Report' });
  expect(others).toEqual([]);
  await waitFor(() => expect(report).toBeEnabled());
  await userEvent.click(report as HTMLElement);
  await userEvent.click(await screen.findByRole('radio', { name: 'It says what is not true' }));
  await userEvent.click(screen.getByRole('button', { name: 'Report it' }));
  await waitFor(() => expect(sent).toEqual([['/api/v1/reports', { target: 'answer', target_id: 'm2', reason: 'untrue', comment: '' }]]));
});
