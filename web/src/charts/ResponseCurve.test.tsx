import { MantineProvider } from '@mantine/core';
import { fireEvent, render, screen } from '@testing-library/react';
import { expect, it, vi } from 'vitest';
import { ResponseCurve } from './ResponseCurve';

const points = Array.from({ length: 11 }, (_, i) => ({ spend: i * 1000, mean: i * 10, low: i * 8, high: i * 12 }));
const curve = (props: Partial<Parameters<typeof ResponseCurve>[0]>) => (
  <MantineProvider env="test">
    <ResponseCurve
      title="Search"
      outcomeLabel="sign-ups"
      points={points}
      spend={5000}
      color="black"
      step={100}
      format={(spend) => `€${spend}`}
      {...props}
    />
  </MantineProvider>
);

it('says spend, outcome and interval, and moves by keys inside its limits', () => {
  const onCommit = vi.fn();
  render(curve({ onSpend: vi.fn(), onCommit, max: 5500 }));
  const handle = screen.getByRole('slider', { name: 'Search: spend' });
  expect(handle).toHaveAttribute('aria-valuetext', '€5000 gives about 50, between 40 and 60');
  expect(screen.getByRole('figure')).toHaveTextContent('€5000 brings about 50 sign-ups, 90 % interval 40 to 60.');
  fireEvent.keyDown(handle, { key: 'ArrowRight' });
  fireEvent.keyDown(handle, { key: 'PageUp' });
  fireEvent.keyDown(handle, { key: 'ArrowDown' });
  fireEvent.keyDown(handle, { key: 'a' });
  expect(onCommit.mock.calls.flat()).toEqual([5100, 5500, 4900]);
});

it('is a picture, not a control, for those who may not change it', () => {
  render(curve({}));
  expect(screen.queryByRole('slider')).toBeNull();
});
