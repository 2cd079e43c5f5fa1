import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, it, vi } from 'vitest';
import { client } from '@/api/generated/client.gen';
import type { Campaign, Claim, Me } from '@/api/generated/types.gen';
import { keepSession } from '@/api/session';
import { renderPage } from '@/test/render';
import { OpenClaims } from './OpenClaims';

const bare: Claim = { text: 'It costs half.', supported: false, waived_reason: '', waived_by: null, waived_at: null, citations: [] };
const waived: Claim = { ...bare, text: 'Everybody knows it.', waived_reason: 'A saying' };
const campaign = { id: 'c1', service_id: 's1', version: 3 } as unknown as Campaign;
const me: Me = {
  user: { id: 'u', name: 'Maya', email: 'm@example.com', role: 'user' },
  tenant: { id: 't', name: 'T', currency: 'EUR', is_demo: false },
  permissions: ['read', 'plan'],
};

/** Shows the claims to somebody who plans; answers what is sent to the server. */
function open(claims: readonly Claim[]) {
  const sent: { path: string; version: string | null; body: unknown }[] = [];
  keepSession({ access_token: 'token', token_type: 'bearer', expires_in: 600, me });
  // Node knows no page whose address a relative one could belong to.
  client.setConfig({ baseUrl: 'http://localhost' });
  vi.stubGlobal('fetch', async (request: Request) => {
    if (request.method === 'GET') return Response.json(me);
    sent.push({ path: new URL(request.url).pathname, version: request.headers.get('If-Match'), body: await request.json() });
    return Response.json({ ...campaign, version: 4 });
  });
  renderPage(<OpenClaims campaign={campaign} owner={{ owner: 'idea', owner_id: 'i1' }} claims={claims} />);
  return sent;
}

afterEach(() => vi.unstubAllGlobals());

it('waives a claim with a reason, against the version that was seen', async () => {
  const sent = open([bare]);
  await waitFor(() => expect(screen.getByRole('button', { name: 'Waive' })).toBeEnabled());
  await userEvent.click(screen.getByRole('button', { name: 'Waive' }));
  expect(screen.getByRole('button', { name: 'Waive it' })).toBeDisabled();
  await userEvent.type(screen.getByLabelText('Why it may stay'), 'A wish, not a fact');
  await userEvent.click(screen.getByRole('button', { name: 'Waive it' }));
  await waitFor(() => expect(sent).toHaveLength(1));
  expect(sent[0]).toEqual({
    path: '/api/v1/campaigns/c1/claims/waive',
    version: '"3"',
    body: { owner: 'idea', owner_id: 'i1', text: 'It costs half.', reason: 'A wish, not a fact' },
  });
});

it('keeps what was waived apart, with its reason and the way back', async () => {
  const sent = open([bare, waived]);
  expect(screen.getByText('Without a source (1)')).toBeInTheDocument();
  expect(screen.getByText('Waived: A saying')).toBeInTheDocument();
  const back = screen.getByRole('button', { name: 'Take the waiver back' });
  await waitFor(() => expect(back).toBeEnabled());
  await userEvent.click(back);
  await waitFor(() => expect(sent.map(({ path }) => path)).toEqual(['/api/v1/campaigns/c1/claims/unwaive']));
});
