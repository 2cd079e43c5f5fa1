import { MantineProvider } from '@mantine/core';
import { render, screen } from '@testing-library/react';
import { expect, it } from 'vitest';
import { Waterfall } from './Waterfall';
import { waterfallBars } from './waterfallBars';

it('bars begin where the one before ended, and small changes of a large total are seen', () => {
  const bars = waterfallBars({ start: 1000, end: 1010, changes: [20, -10] });
  expect(bars).toHaveLength(4);
  expect(bars[1]?.from).toBeCloseTo(bars[0]?.to ?? 0);
  expect(bars[2]?.to).toBeCloseTo(bars[1]?.to ?? 0);
  expect(bars[2]?.from).toBeCloseTo(bars[3]?.to ?? 0);
  expect((bars[1]?.to ?? 0) - (bars[1]?.from ?? 0)).toBeGreaterThan(0.5);
  expect(waterfallBars({ start: 0, end: 0, changes: [] })).toEqual([
    { from: 0, to: 0 },
    { from: 0, to: 0 },
  ]);
});

it('says every step and the whole in words', () => {
  render(
    <MantineProvider env="test">
      <Waterfall
        title="Change"
        outcome="sign-ups"
        start={{ label: 'Saved', value: 100 }}
        end={{ label: 'Now', value: 90 }}
        steps={[{ key: 'search', label: 'Search', change: -10, color: 'black' }]}
        format={String}
      />
    </MantineProvider>,
  );
  expect(screen.getByRole('row', { name: 'Search ▼ 10' })).toBeInTheDocument();
  expect(screen.getByRole('figure')).toHaveTextContent('From 100 to 90 sign-ups: ▼ 10.');
});
