import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, it, vi } from 'vitest';
import type { Campaign } from '@/api/generated/types.gen';
import { renderPage } from '@/test/render';
import { serve, stale } from '@/test/serve';
import { IdeaEditor } from './IdeaEditor';

const idea = { id: 'i', theme: 'Calm mornings', description: 'One', core_message: 'Start calm.', target_kpi: 'Sign-ups', chosen: false };
const campaign = (version: number, changes: Partial<typeof idea> = {}) =>
  ({ id: 'c', version, status: 'draft', channel_strategies: [], ideas: [{ ...idea, ...changes }] }) as unknown as Campaign;

afterEach(() => vi.unstubAllGlobals());

it('shows what a colleague made of the idea, and saves nothing over it unasked', async () => {
  const theirs = campaign(6, { core_message: 'Begin calm.', theme: 'Quiet mornings' });
  const changes = serve(({ version }) => (version === '"6"' ? campaign(7) : stale(theirs)));
  const done = vi.fn();
  renderPage(<IdeaEditor campaign={campaign(5)} ideaId="i" onDone={done} />);
  await userEvent.type(screen.getByLabelText('Theme'), ' for all');
  await userEvent.click(screen.getByRole('button', { name: 'Save' }));
  expect(await screen.findByLabelText('Result: Theme')).toHaveValue('Calm mornings for all');
  expect(screen.getByLabelText('Result: Message')).toHaveValue('Begin calm.');
  expect(changes).toHaveLength(1);
  await userEvent.click(screen.getByText('Save the result'));
  await waitFor(() => expect(done).toHaveBeenCalled());
  expect(changes[1]).toMatchObject({ version: '"6"', body: { theme: 'Calm mornings for all', core_message: 'Begin calm.' } });
});

it('goes over another change of the campaign by itself', async () => {
  const changes = serve(({ version }) => (version === '"9"' ? campaign(10) : stale(campaign(9))));
  const done = vi.fn();
  renderPage(<IdeaEditor campaign={campaign(5)} ideaId="i" onDone={done} />);
  await userEvent.type(screen.getByLabelText('Theme'), '!');
  await userEvent.click(screen.getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(done).toHaveBeenCalled());
  expect(changes.map(({ version }) => version)).toEqual(['"5"', '"9"']);
});
