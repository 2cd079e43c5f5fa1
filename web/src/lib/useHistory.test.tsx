import { act, renderHook } from '@testing-library/react';
import { expect, it } from 'vitest';
import { useHistory } from './useHistory';

const counting = () => renderHook(() => useHistory({ count: 0 }));
const plus = (by: number) => (now: { count: number }) => ({ count: now.count + by });

it('undoes, redoes, and forgets what an edit replaced', () => {
  const { result } = counting();
  const { set, undo, redo } = result.current[1];
  act(() => set(plus(1)));
  act(() => set(plus(2)));
  act(undo);
  expect(result.current[0].count).toBe(1);
  act(redo);
  expect(result.current[0].count).toBe(3);
  act(undo);
  act(() => set(plus(10)));
  act(redo);
  expect(result.current[0].count).toBe(11);
  act(() => set((now) => now));
  act(undo);
  expect(result.current[0].count).toBe(1);
});

it('keeps a hundred steps', () => {
  const { result } = counting();
  act(() => {
    for (let i = 0; i < 130; i++) result.current[1].set(plus(1));
  });
  act(() => {
    for (let i = 0; i < 130; i++) result.current[1].undo();
  });
  expect(result.current[0].count).toBe(30);
});
