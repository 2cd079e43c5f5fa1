import { Notifications, notifications } from '@mantine/notifications';
import { act, screen, waitFor } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';
import { renderPage } from '@/test/render';
import { serve } from '@/test/serve';
import { RunsRing } from './RunsRing';

const run = { id: 'r1', kind: 'generate', state: 'running', progress: 0.5, campaign_id: 'c1', campaign_name: 'Autumn', steps: [] };

/** Somebody is at `path` while their plan is made, until it is ready. */
async function plansAt(path: string) {
  let ready = false;
  let asked = false;
  serve(({ path: called }) => {
    if (called.endsWith('/runs/r1')) {
      asked = true;
      return { ...run, state: 'succeeded' };
    }
    return called.endsWith('/runs') ? { items: ready ? [] : [run], total: 1, next_cursor: null } : undefined;
  });
  const { client } = renderPage(
    <>
      <Notifications />
      <RunsRing />
    </>,
    { path },
  );
  await screen.findByRole('button', { name: '1 run under way' });
  ready = true;
  await act(() => client.invalidateQueries());
  await waitFor(() => expect(asked).toBe(true));
}

afterEach(() => {
  vi.unstubAllGlobals();
  notifications.clean();
});

it('tells of a plan that is ready elsewhere', async () => {
  await plansAt('/services');
  expect(await screen.findByText('Your plan is ready')).toBeInTheDocument();
});

it('tells nobody of the plan that is in front of them', async () => {
  await plansAt('/campaigns/c1/ideas');
  await act(() => new Promise((resolve) => setTimeout(resolve, 50)));
  expect(screen.queryByText('Your plan is ready')).toBeNull();
});
