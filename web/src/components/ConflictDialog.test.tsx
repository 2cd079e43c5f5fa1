import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';
import { differences } from '@/lib/merge';
import { renderPage } from '@/test/render';
import { ConflictDialog } from './ConflictDialog';

const apart = differences(
  { name: 'Time', price: '6.5', proofs: '' },
  { name: 'My time', price: '6.5', proofs: 'Ours' },
  { name: 'Their time', price: '7', proofs: '' },
);

function show() {
  const onSave = vi.fn();
  const onClose = vi.fn();
  renderPage(<ConflictDialog differences={apart} label={(field) => `Field ${field}`} saving={false} onSave={onSave} onClose={onClose} />);
  return { onSave, onClose };
}

it('keeps what was typed and takes what others alone changed, unless one chooses', async () => {
  const { onSave } = show();
  expect(screen.getAllByText('Both changed it')).toHaveLength(1);
  await userEvent.click(screen.getByText('Save the result'));
  expect(onSave).toHaveBeenCalledWith({ name: 'My time', price: '7', proofs: 'Ours' });
});

it('takes the other side of a field, or words of its own', async () => {
  const { onSave } = show();
  await userEvent.click(screen.getByLabelText('Saved now: Field name'));
  const result = screen.getByLabelText('Result: Field proofs');
  await userEvent.type(result, '!');
  await userEvent.click(screen.getByText('Save the result'));
  expect(onSave).toHaveBeenCalledWith({ name: 'Their time', price: '7', proofs: 'Ours!' });
});

it('goes back to the form without saving', async () => {
  const { onSave, onClose } = show();
  await userEvent.click(screen.getByText('Back to the form'));
  expect(onClose).toHaveBeenCalled();
  expect(onSave).not.toHaveBeenCalled();
});
