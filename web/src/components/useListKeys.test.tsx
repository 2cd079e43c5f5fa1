import { fireEvent, render, screen } from '@testing-library/react';
import { expect, it, vi } from 'vitest';
import { useCommandKeys, useShownPageCommands } from '@/lib/commands';
import { useListKeys } from './useListKeys';

const opened = vi.fn();

function List() {
  const { list, filter } = useListKeys<HTMLUListElement>();
  useCommandKeys(useShownPageCommands(), true);
  return (
    <>
      <input ref={filter} aria-label="filter" />
      <ul ref={list}>
        {['one', 'two'].map((name) => (
          <li key={name} data-row>
            <button type="button" onClick={() => opened(name)}>
              {name}
            </button>
            <button type="button">menu of {name}</button>
          </li>
        ))}
      </ul>
    </>
  );
}

const press = (key: string) => fireEvent.keyDown(document.activeElement ?? document.body, { key });

it('steps through the rows and stops at both ends', () => {
  render(<List />);
  press('j');
  expect(screen.getByRole('button', { name: 'one' })).toHaveFocus();
  press('j');
  press('j');
  expect(screen.getByRole('button', { name: 'two' })).toHaveFocus();
  press('k');
  press('k');
  expect(screen.getByRole('button', { name: 'one' })).toHaveFocus();
});

it('goes on from the row in which the focus is, and starts from the end upwards', () => {
  render(<List />);
  press('k');
  expect(screen.getByRole('button', { name: 'two' })).toHaveFocus();
  screen.getByRole('button', { name: 'menu of one' }).focus();
  press('j');
  expect(screen.getByRole('button', { name: 'two' })).toHaveFocus();
});

it('goes to the filter, where the keys are letters again', () => {
  render(<List />);
  press('/');
  expect(screen.getByLabelText('filter')).toHaveFocus();
  press('j');
  expect(screen.getByLabelText('filter')).toHaveFocus();
});
