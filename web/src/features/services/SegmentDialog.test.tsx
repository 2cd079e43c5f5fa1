import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, it, vi } from 'vitest';
import type { Segment } from '@/api/generated/types.gen';
import { renderPage } from '@/test/render';
import { serve, stale } from '@/test/serve';
import { SegmentDialog } from './SegmentDialog';

const segment = (version: number, changes: Partial<Segment> = {}): Segment => ({
  id: 's',
  brand_id: 'b',
  name: 'Large firms',
  description: '',
  rules: [{ field: 'employees', op: 'at_least', value: 50 }],
  automatic: true,
  customers: 3,
  counted_at: null,
  version,
  created_at: '2026-08-01T00:00:00Z',
  updated_at: '2026-08-01T00:00:00Z',
  ...changes,
});

afterEach(() => vi.unstubAllGlobals());

it('asks what to keep when a colleague changed the audience, and takes rules whole', async () => {
  const theirs = segment(2, { description: 'Their words', rules: [{ field: 'employees', op: 'at_least', value: 80 }] });
  const changes = serve(({ method, path, version }) => {
    if (path.endsWith('/count')) return { customers: 3, of: 9, value_share: 0.5 };
    if (method !== 'PATCH') return undefined;
    return version === '"2"' ? segment(3) : stale(theirs);
  });
  const onClose = vi.fn();
  renderPage(<SegmentDialog segment={segment(1)} brandId="b" onClose={onClose} />);
  await userEvent.type(screen.getByLabelText(/^Name/), ' of all kinds');
  await userEvent.click(screen.getByRole('button', { name: 'Save' }));
  expect(await screen.findByText('Somebody else saved this meanwhile')).toBeInTheDocument();
  expect(screen.getByText('employees: at least 80')).toBeInTheDocument();
  expect(screen.queryByLabelText('Result: Filled by rules')).toBeNull();
  await userEvent.click(screen.getByText('Save the result'));
  await waitFor(() => expect(onClose).toHaveBeenCalled());
  const edits = changes.filter(({ method }) => method === 'PATCH');
  expect(edits[0]?.version).toBe('"1"');
  expect(edits[1]).toMatchObject({
    version: '"2"',
    body: { name: 'Large firms of all kinds', description: 'Their words', rules: [{ value: 80 }] },
  });
});

it('keeps the result that could not be sent, and goes back to the form by Escape', async () => {
  let tries = 0;
  serve(({ method, path }) => {
    if (path.endsWith('/count')) return { customers: 3, of: 9, value_share: 0.5 };
    if (method !== 'PATCH') return undefined;
    tries += 1;
    return tries === 2
      ? Response.json({ error: { code: 'BUSY', message: 'Try again.', fields: {}, details: {} } }, { status: 409 })
      : stale(segment(2, { description: 'Their words' }));
  });
  renderPage(<SegmentDialog segment={segment(1)} brandId="b" onClose={vi.fn()} />);
  await userEvent.type(screen.getByLabelText(/^Name/), '!');
  await userEvent.click(screen.getByRole('button', { name: 'Save' }));
  await screen.findByText('Somebody else saved this meanwhile');
  await userEvent.keyboard('{Escape}');
  await waitFor(() => expect(screen.queryByText('Somebody else saved this meanwhile')).toBeNull());
  expect(screen.queryByText('Leave without saving?')).toBeNull();
  expect(screen.getByLabelText(/^Name/)).toHaveValue('Large firms!');
  tries = 0;
  await userEvent.click(screen.getByRole('button', { name: 'Save' }));
  await userEvent.clear(await screen.findByLabelText('Result: Name'));
  await userEvent.type(screen.getByLabelText('Result: Name'), 'Written anew');
  await userEvent.click(screen.getByText('Save the result'));
  expect(await screen.findByText('Try again.')).toBeInTheDocument();
  expect(screen.getByLabelText(/^Name/)).toHaveValue('Written anew');
  expect(screen.getByLabelText('Description')).toHaveValue('Their words');
});
