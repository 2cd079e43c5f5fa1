import { fireEvent, render } from '@testing-library/react';
import { useMemo } from 'react';
import { expect, it, vi } from 'vitest';
import { type Command, useCommandKeys, usePageCommands, useShownPageCommands } from './commands';

const command = (id: string, keys: string, run: () => void, allowed = true): Command => ({
  id,
  label: id,
  group: 'page',
  keys,
  allowed,
  run,
});

function Keys({ singleKeys = true }: { singleKeys?: boolean }) {
  useCommandKeys(useShownPageCommands(), singleKeys);
  return <input aria-label="field" />;
}

function Part({ commands }: { commands: Command[] }) {
  usePageCommands(useMemo(() => commands, [commands]));
  return null;
}

it('runs single keys, sequences and modified keys, and only what is allowed', () => {
  const [one, two, three, four] = [vi.fn(), vi.fn(), vi.fn(), vi.fn()];
  const first = [command('a', 'c', one), command('b', 'g c', two)];
  const second = [command('c', 'mod+k', three), command('d', 'x', four, false)];
  const { getByLabelText } = render(
    <>
      <Part commands={first} />
      <Part commands={second} />
      <Keys />
    </>,
  );
  fireEvent.keyDown(window, { key: 'c' });
  fireEvent.keyDown(window, { key: 'g' });
  fireEvent.keyDown(window, { key: 'c' });
  fireEvent.keyDown(window, { key: 'k', ctrlKey: true });
  fireEvent.keyDown(window, { key: 'x' });
  fireEvent.keyDown(getByLabelText('field'), { key: 'c' });
  expect([one, two, three, four].map((f) => f.mock.calls.length)).toEqual([1, 1, 1, 0]);
});

it('leaves single keys alone when they are turned off', () => {
  const one = vi.fn();
  const commands = [command('a', 'c', one)];
  render(
    <>
      <Part commands={commands} />
      <Keys singleKeys={false} />
    </>,
  );
  fireEvent.keyDown(window, { key: 'c' });
  expect(one).not.toHaveBeenCalled();
});
