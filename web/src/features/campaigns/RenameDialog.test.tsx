import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, it, vi } from 'vitest';
import { setUpClient } from '@/api/client';
import { client } from '@/api/generated/client.gen';
import { renderPage } from '@/test/render';
import { RenameDialog } from './RenameDialog';

const campaign = { id: 'c1', name: 'Autumn', version: 3, status: 'draft' } as const;

function open(status: 'draft' | 'approved', answer: () => Response) {
  const sent: { version: string | null; body: unknown }[] = [];
  const onClose = vi.fn();
  setUpClient();
  client.setConfig({ baseUrl: 'http://localhost' });
  vi.stubGlobal('fetch', async (request: Request) => {
    sent.push({ version: request.headers.get('If-Match'), body: await request.json() });
    return answer();
  });
  renderPage(<RenameDialog campaign={{ ...campaign, status }} onClose={onClose} />);
  return { sent, onClose };
}

afterEach(() => vi.unstubAllGlobals());

it('renames against the version that was seen, and needs a name', async () => {
  const { sent, onClose } = open('draft', () => Response.json({ ...campaign, name: 'Winter', version: 4 }));
  const name = screen.getByRole('textbox', { name: 'Name of the campaign' });
  await userEvent.clear(name);
  await userEvent.click(screen.getByRole('button', { name: 'Save' }));
  expect(screen.getByText('Give it a name.')).toBeInTheDocument();
  await userEvent.type(name, 'Winter');
  await userEvent.click(screen.getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(onClose).toHaveBeenCalled());
  expect(sent).toEqual([{ version: '"3"', body: { name: 'Winter' } }]);
});

it('says why it was refused beside the name, which stays', async () => {
  const error = { code: 'VERSION_CONFLICT', message: 'It was edited meanwhile.', fields: {}, details: {} };
  const { onClose } = open('approved', () => Response.json({ error }, { status: 412 }));
  expect(screen.getByText(/becomes a draft again/)).toBeInTheDocument();
  await userEvent.type(screen.getByRole('textbox'), '!');
  await userEvent.click(screen.getByRole('button', { name: 'Save' }));
  expect(await screen.findByText('It was edited meanwhile.')).toBeInTheDocument();
  expect(screen.getByRole('textbox')).toHaveValue('Autumn!');
  expect(onClose).not.toHaveBeenCalled();
});
