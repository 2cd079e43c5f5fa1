import { Notifications, notifications } from '@mantine/notifications';
import { act, fireEvent, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, it, vi } from 'vitest';
import { finishDeletions, useGone } from '@/lib/deletions';
import { renderPage } from '@/test/render';
import { useUndoableDelete } from './useUndoableDelete';

const ITEMS = [
  { id: '1', name: 'First' },
  { id: '2', name: 'Second' },
  { id: '3', name: 'Third' },
  { id: '4', name: 'Fourth' },
];

function Page({ send }: { send: (id: string) => Promise<unknown> }) {
  const remove = useUndoableDelete(send, () => []);
  const gone = useGone();
  return (
    <>
      <Notifications limit={3} />
      {ITEMS.filter(({ id }) => !gone.has(id)).map((item) => (
        <button key={item.id} type="button" onClick={() => remove(item)}>
          {item.name}
        </button>
      ))}
    </>
  );
}

afterEach(async () => {
  await act(() => finishDeletions());
  notifications.clean();
  vi.useRealTimers();
});

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

it('tells the server once the time to take it back is over, and for each as long as its offer can be seen', async () => {
  vi.useFakeTimers();
  const send = vi.fn(async () => undefined);
  renderPage(<Page send={send} />);
  for (const { name } of ITEMS) fireEvent.click(screen.getByText(name));
  await act(() => vi.advanceTimersByTimeAsync(9000));
  expect(send).not.toHaveBeenCalled();
  expect(screen.getAllByRole('button', { name: 'Undo' })).toHaveLength(3);
  await act(() => vi.advanceTimersByTimeAsync(3000));
  expect(send.mock.calls).toEqual([['1'], ['2'], ['3']]);
  fireEvent.click(screen.getByRole('button', { name: 'Undo' }));
  expect(screen.getByText('Fourth')).toBeInTheDocument();
  await act(() => vi.advanceTimersByTimeAsync(20_000));
  expect(send).toHaveBeenCalledTimes(3);
});

it('ends the offer when everything that waits is deleted at once', async () => {
  renderPage(<Page send={async () => undefined} />);
  await userEvent.click(screen.getByText('First'));
  await screen.findByRole('button', { name: 'Undo' });
  await act(() => finishDeletions());
  await waitFor(() => expect(screen.queryByRole('button', { name: 'Undo' })).toBeNull());
});

it('brings back what the server refuses to delete, and says why', async () => {
  renderPage(<Page send={() => Promise.reject(new Error('Campaigns use it.'))} />);
  await userEvent.click(screen.getByText('First'));
  await act(() => finishDeletions());
  expect(await screen.findByText('Campaigns use it.')).toBeInTheDocument();
  expect(screen.getByText('First')).toBeInTheDocument();
});
