import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, it, vi } from 'vitest';
import type { AiSettings } from '@/api/generated/types.gen';
import { Async } from '@/components/Async';
import { renderPage } from '@/test/render';
import { serve, stale } from '@/test/serve';
import { LimitsForm } from './LimitsForm';
import { useAiSettings } from './useAi';

const settings = (version: number, changes: Partial<AiSettings> = {}) =>
  ({
    version,
    rules_only: false,
    providers: [],
    efforts: {},
    limits: { workspace_per_day: '5.00', user_per_day: null, campaign: null },
    ...changes,
  }) as unknown as AiSettings;

function Page() {
  const query = useAiSettings();
  return (
    <Async query={query} what="limits">
      {(loaded) => <LimitsForm settings={loaded} />}
    </Async>
  );
}

afterEach(() => vi.unstubAllGlobals());

it('saves limits over another change of the settings, and keeps the focus on the button', async () => {
  let now = settings(1);
  const changes = serve(({ method, version, body, path }) => {
    if (!path.endsWith('/settings/ai')) return undefined;
    if (method === 'GET') return now;
    if (version !== `"${now.version}"`) return stale(now);
    now = settings(now.version + 1, body as Partial<AiSettings>);
    return now;
  });
  renderPage(<Page />);
  const field = await screen.findByLabelText('Each person, per day');
  await waitFor(() => expect(field).toBeEnabled());
  await userEvent.type(field, '2');
  now = settings(4, { rules_only: true });
  const button = screen.getByRole('button', { name: 'Save' });
  await userEvent.click(button);
  await waitFor(() => expect(now.version).toBe(5));
  expect(changes.map(({ version }) => version)).toEqual(['"1"', '"4"']);
  expect(now).toMatchObject({ rules_only: true, limits: { workspace_per_day: '5.00', user_per_day: '2.00' } });
  await waitFor(() => expect(button).toHaveAttribute('aria-disabled', 'true'));
  expect(button).toHaveFocus();
});

it('keeps what is typed when somebody else changes the limits, and asks whose to keep', async () => {
  let now = settings(1);
  const changes = serve(({ method, version, body, path }) => {
    if (!path.endsWith('/settings/ai')) return undefined;
    if (method === 'GET') return now;
    if (version !== `"${now.version}"`) return stale(now);
    now = settings(now.version + 1, body as Partial<AiSettings>);
    return now;
  });
  const { client } = renderPage(<Page />);
  const field = await screen.findByLabelText('Each person, per day');
  await waitFor(() => expect(field).toBeEnabled());
  await userEvent.type(field, '2');
  now = settings(2, { limits: { workspace_per_day: '9.00', user_per_day: null, campaign: null } });
  await client.invalidateQueries();
  expect(field).toHaveValue('$2');
  await userEvent.click(screen.getByRole('button', { name: 'Save' }));
  expect(await screen.findByLabelText('Result: Workspace, per day')).toHaveValue('9.00');
  await userEvent.click(screen.getByText('Save the result'));
  await waitFor(() => expect(changes).toHaveLength(2));
  await waitFor(() => expect(now.limits).toEqual({ workspace_per_day: '9.00', user_per_day: '2.00', campaign: null }));
});

it('has nothing left to save when somebody else saved the same', async () => {
  const theirs = settings(2, { limits: { workspace_per_day: '5.00', user_per_day: '2.00', campaign: null } });
  serve(({ method, path }) => {
    if (!path.endsWith('/settings/ai')) return undefined;
    return method === 'GET' ? settings(1) : stale(theirs);
  });
  renderPage(<Page />);
  const field = await screen.findByLabelText('Each person, per day');
  await waitFor(() => expect(field).toBeEnabled());
  await userEvent.type(field, '2');
  await userEvent.click(screen.getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(screen.getByRole('button', { name: 'Save' })).toHaveAttribute('aria-disabled', 'true'));
  expect(screen.queryByRole('alert')).toBeNull();
  expect(field).toHaveValue('$2.00');
});
