import { createEvent, fireEvent, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, it, vi } from 'vitest';
import { renderPage } from '@/test/render';
import { serve } from '@/test/serve';
import { AttachFiles } from './AttachFiles';

const document = (id: string, name: string, state: string) => ({
  id,
  name,
  state,
  kind: 'page',
  pages: null,
  passages: 2,
  problem: '',
  created_at: '2026-08-01T00:00:00Z',
});

/** A service with one document from earlier; a page that is asked for is waiting to be read. */
function open() {
  const items = [document('old', 'Old brochure', 'indexed')];
  const onSubmit = vi.fn();
  const changes = serve(({ method, path }) => {
    if (method === 'POST' && path.endsWith('/documents/page')) {
      items.push(document('new', 'Prices', 'queued'));
      return items[1];
    }
    return path.endsWith('/documents') ? { items, total: items.length, next_cursor: null } : undefined;
  });
  renderPage(
    <form onSubmit={onSubmit}>
      <AttachFiles serviceId="s" brandId="b" />
    </form>,
  );
  return { changes, onSubmit };
}

afterEach(() => vi.unstubAllGlobals());

it('reads a page for the service and shows how far it is, without sending the brief', async () => {
  const { changes, onSubmit } = open();
  expect(await screen.findByText('1 other document of this service can be cited.')).toBeInTheDocument();
  const field = screen.getByLabelText('Or read a web page');
  await waitFor(() => expect(screen.getByRole('button', { name: 'Attach files' })).toBeEnabled());
  await userEvent.type(field, 'https://example.com/prices{Enter}');
  expect(await screen.findByRole('listitem', { name: 'Prices' })).toHaveTextContent('Waiting');
  expect(screen.queryByRole('listitem', { name: 'Old brochure' })).toBeNull();
  expect(changes).toMatchObject([{ path: '/api/v1/documents/page', body: { url: 'https://example.com/prices', service_id: 's' } }]);
  expect(onSubmit).not.toHaveBeenCalled();
  expect(field).toHaveValue('');
});

it('takes a link that is dropped, and nothing that is no web address', async () => {
  const { changes } = open();
  const zone = await screen.findByRole('group', { name: 'Attach files' });
  await waitFor(() => expect(screen.getByRole('button', { name: 'Attach files' })).toBeEnabled());
  const drop = (text: string) => {
    const event = createEvent.drop(zone);
    Object.defineProperty(event, 'dataTransfer', { value: { files: [], getData: () => text } });
    fireEvent(zone, event);
  };
  drop('javascript:alert(1)');
  drop('https://example.com/prices\n');
  expect(await screen.findByRole('listitem', { name: 'Prices' })).toBeInTheDocument();
  expect(changes).toHaveLength(1);
});

it('takes the other files when one is refused, and says which and why', async () => {
  let uploads = 0;
  const changes = serve(({ method, path }) => {
    if (method !== 'POST' || !path.endsWith('/documents')) return undefined;
    uploads += 1;
    if (uploads > 1) return document('new', 'b.txt', 'queued');
    return Response.json({ error: { code: 'VALIDATION_ERROR', message: 'It is empty.', fields: {}, details: {} } }, { status: 422 });
  });
  renderPage(<AttachFiles serviceId="s" brandId="b" />);
  const zone = await screen.findByRole('group', { name: 'Attach files' });
  await waitFor(() => expect(screen.getByRole('button', { name: 'Attach files' })).toBeEnabled());
  const event = createEvent.drop(zone);
  const files = [new File([''], 'a.txt'), new File(['b'], 'b.txt')];
  Object.defineProperty(event, 'dataTransfer', { value: { files, getData: () => '' } });
  fireEvent(zone, event);
  expect(await screen.findByRole('alert')).toHaveTextContent('a.txt: It is empty.');
  expect(changes).toHaveLength(2);
});
