import { Notifications } from '@mantine/notifications';
import { act, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, it, vi } from 'vitest';
import { finishDeletions, useGone } from '@/lib/deletions';
import { renderPage } from '@/test/render';
import { useUndoableDelete } from './useUndoableDelete';

const ITEMS = [
  { id: '1', name: 'First' },
  { id: '2', name: 'Second' },
];

function Page({ send }: { send: (id: string) => Promise<unknown> }) {
  const remove = useUndoableDelete(send, () => []);
  const gone = useGone();
  return (
    <>
      <Notifications />
      {ITEMS.filter(({ id }) => !gone.has(id)).map((item) => (
        <button key={item.id} type="button" onClick={() => remove(item)}>
          {item.name}
        </button>
      ))}
    </>
  );
}

afterEach(() => finishDeletions());

it('hides what is deleted at once and tells the server nothing when it is taken back', async () => {
  const send = vi.fn(async () => undefined);
  renderPage(<Page send={send} />);
  await userEvent.click(screen.getByText('First'));
  expect(screen.queryByText('First')).toBeNull();
  await userEvent.click(await screen.findByRole('button', { name: 'Undo' }));
  expect(screen.getByText('First')).toBeInTheDocument();
  await act(() => finishDeletions());
  expect(send).not.toHaveBeenCalled();
});

it('tells the server when the page is left', async () => {
  const send = vi.fn(async () => undefined);
  renderPage(<Page send={send} />);
  await userEvent.click(screen.getByText('Second'));
  expect(send).not.toHaveBeenCalled();
  act(() => {
    window.dispatchEvent(new Event('pagehide'));
  });
  await waitFor(() => expect(send).toHaveBeenCalledWith('2'));
});

it('brings back what the server refuses to delete, and says why', async () => {
  renderPage(<Page send={() => Promise.reject(new Error('Campaigns use it.'))} />);
  await userEvent.click(screen.getByText('First'));
  await act(() => finishDeletions());
  expect(await screen.findByText('Campaigns use it.')).toBeInTheDocument();
  expect(screen.getByText('First')).toBeInTheDocument();
});
