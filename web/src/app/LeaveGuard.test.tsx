import { act, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { Link } from 'react-router';
import { expect, it } from 'vitest';
import { useUnsaved } from '@/lib/unsaved';
import { renderPage } from '@/test/render';
import { LeaveGuard } from './LeaveGuard';

function Page() {
  const [text, setText] = useState('');
  useUnsaved(text !== '');
  return (
    <>
      <LeaveGuard />
      <input aria-label="Words" value={text} onChange={(event) => setText(event.currentTarget.value)} />
      <Link to="/elsewhere">Elsewhere</Link>
      <Link to="/?tab=two" replace>
        Same page
      </Link>
      <Link to="/?service=other">Another record</Link>
    </>
  );
}

/** Whether the browser would ask before the tab is closed. */
function asksBeforeClosing(): boolean {
  const closing = new Event('beforeunload', { cancelable: true });
  window.dispatchEvent(closing);
  return closing.defaultPrevented;
}

it('asks before the tab is closed only while something typed is not saved', async () => {
  renderPage(<Page />);
  expect(asksBeforeClosing()).toBe(false);
  await userEvent.type(screen.getByLabelText('Words'), 'a');
  expect(asksBeforeClosing()).toBe(true);
  await userEvent.clear(screen.getByLabelText('Words'));
  expect(asksBeforeClosing()).toBe(false);
});

it('asks before the tab is closed while something is being saved', async () => {
  const { client } = renderPage(<Page />);
  let answer = () => undefined as unknown;
  const saving = client.getMutationCache().build(client, {
    mutationFn: () =>
      new Promise((resolve) => {
        answer = () => resolve(undefined);
      }),
  });
  const done = saving.execute(undefined);
  await waitFor(() => expect(asksBeforeClosing()).toBe(true));
  await act(async () => {
    answer();
    await done;
  });
  expect(asksBeforeClosing()).toBe(false);
});

it('keeps what was typed when one stays, and goes when one leaves', async () => {
  const { router } = renderPage(<Page />);
  await userEvent.type(screen.getByLabelText('Words'), 'a');
  await userEvent.click(screen.getByText('Same page'));
  expect(router.state.location.search).toBe('?tab=two');
  for (const link of ['Another record', 'Elsewhere']) {
    await userEvent.click(screen.getByText(link));
    await userEvent.click(await screen.findByRole('button', { name: 'Stay' }));
    expect(router.state.location).toMatchObject({ pathname: '/', search: '?tab=two' });
    expect(screen.getByLabelText('Words')).toHaveValue('a');
  }
  await userEvent.click(screen.getByText('Elsewhere'));
  await userEvent.click(await screen.findByRole('button', { name: 'Leave' }));
  await waitFor(() => expect(router.state.location.pathname).toBe('/elsewhere'));
});
