import { render, screen } from '@testing-library/react';
import { expect, it } from 'vitest';

import { WordDiff } from './WordDiff';

it('marks what was taken out and what was put in, and leaves the rest', () => {
  const { container } = render(<WordDiff before="Set up on Friday." after="Set up on a Monday." />);
  expect(container.querySelector('del')).toHaveTextContent('Friday');
  expect([...container.querySelectorAll('ins')].map((one) => one.textContent?.trim()).join(' ')).toBe('a Monday');
  expect(screen.getByText(/^Set up on/)).toBeInTheDocument();
});

it('shows a text as it is when nothing changed, markup included', () => {
  const { container } = render(<WordDiff before="<b>Same</b>" after="<b>Same</b>" />);
  expect(container.querySelector('ins, del, b')).toBeNull();
  expect(container).toHaveTextContent('<b>Same</b>');
});
