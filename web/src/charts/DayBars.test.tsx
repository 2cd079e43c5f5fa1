import { render } from '@testing-library/react';
import { expect, it } from 'vitest';

import { DayBars } from './DayBars';

const days = [
  { day: '2026-11-20', parts: [{ name: 'Cost', value: 2, color: 'red' }] },
  {
    day: '2026-11-21',
    parts: [
      { name: 'Cost', value: 1, color: 'red' },
      { name: 'Tests', value: 3, color: 'blue' },
    ],
  },
];

it('draws each part of a day on top of the one before, with its words', () => {
  const { container } = render(<DayBars title="Cost" caption="Per day." days={days} format={(value) => `$${value}`} />);
  const bars = [...container.querySelectorAll('rect')];
  const of = (at: number, name: 'y' | 'height') => Number(bars[at]?.getAttribute(name));
  expect(bars).toHaveLength(3);
  expect(of(0, 'height')).toBeCloseTo(2 * of(1, 'height'));
  expect(of(2, 'y') + of(2, 'height')).toBeCloseTo(of(1, 'y'));
  expect(bars[2]?.textContent).toBe('Nov 21, 2026 · Tests · $3');
});

it('draws nothing, and does not fail, without days', () => {
  const { container } = render(<DayBars title="Cost" caption="Per day." days={[]} format={String} />);
  expect(container.querySelectorAll('rect')).toHaveLength(0);
});
