import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { expect, it } from 'vitest';
import { renderPage } from '@/test/render';
import { useRecordForm } from './useRecordForm';

type Kept = { name: string; version: number };
const read = ({ name }: Kept) => ({ name });

function Page() {
  const [record, setRecord] = useState<Kept>({ name: 'First', version: 1 });
  const { form, base, dirty, follow, settle } = useRecordForm({ record, read });
  return (
    <>
      <input aria-label="Name" {...form.getInputProps('name')} />
      <button type="button" onClick={() => setRecord({ name: 'Theirs', version: 2 })}>
        Somebody saves
      </button>
      <button type="button" onClick={() => follow({ name: form.values.name, version: 3 })}>
        I save
      </button>
      <button type="button" onClick={() => follow({ name: 'First', version: 4 }, { name: 'First' })}>
        An earlier save is kept
      </button>
      <button type="button" onClick={() => settle({ name: 'Theirs', version: 5 }, { name: 'Both' })}>
        I keep of both
      </button>
      <output>{`${base.version} ${dirty ? 'written' : 'as saved'}`}</output>
    </>
  );
}

it('shows what somebody else saved while nothing is written', async () => {
  renderPage(<Page />);
  await userEvent.click(screen.getByText('Somebody saves'));
  expect(screen.getByLabelText('Name')).toHaveValue('Theirs');
  expect(screen.getByText('2 as saved')).toBeInTheDocument();
});

it('keeps what is written, and the version it was begun with, when somebody else saves', async () => {
  renderPage(<Page />);
  await userEvent.type(screen.getByLabelText('Name'), '!');
  await userEvent.click(screen.getByText('Somebody saves'));
  expect(screen.getByLabelText('Name')).toHaveValue('First!');
  expect(screen.getByText('1 written')).toBeInTheDocument();
});

it('is as saved after a save, and follows again', async () => {
  renderPage(<Page />);
  await userEvent.type(screen.getByLabelText('Name'), '!');
  await userEvent.click(screen.getByText('I save'));
  expect(screen.getByLabelText('Name')).toHaveValue('First!');
  expect(screen.getByText('3 as saved')).toBeInTheDocument();
});

it('leaves what was typed while it was being saved', async () => {
  renderPage(<Page />);
  await userEvent.type(screen.getByLabelText('Name'), ' and more');
  await userEvent.click(screen.getByText('An earlier save is kept'));
  expect(screen.getByLabelText('Name')).toHaveValue('First and more');
  expect(screen.getByText('4 written')).toBeInTheDocument();
});

it('holds what is kept of two versions until it is saved', async () => {
  renderPage(<Page />);
  await userEvent.click(screen.getByText('I keep of both'));
  expect(screen.getByLabelText('Name')).toHaveValue('Both');
  expect(screen.getByText('5 written')).toBeInTheDocument();
});
