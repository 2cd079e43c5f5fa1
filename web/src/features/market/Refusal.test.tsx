import { screen } from '@testing-library/react';
import { expect, it, vi } from 'vitest';
import { ApiError } from '@/api/errors';
import { renderPage } from '@/test/render';
import { Refusal } from './Refusal';

const shown = (details?: unknown) =>
  renderPage(
    <Refusal error={new ApiError({ status: 409, code: 'X', message: 'This feed is read already.', details })} onFollow={vi.fn()} />,
  );

it('leads to the source that reads the feed already', () => {
  shown({ source_id: 's1', name: 'Trade weekly' });
  expect(screen.getByRole('alert')).toHaveTextContent('This feed is read already.');
  expect(screen.getByRole('link')).toHaveAttribute('href', '/market?tab=sources&source=s1');
});

it('leads to the signal that the page is already', () => {
  shown({ signal_id: 'g1' });
  expect(screen.getByRole('link')).toHaveAttribute('href', '/market?signal=g1');
});

it('says what is wrong without a way to anything', () => {
  shown();
  expect(screen.getByRole('alert')).toHaveTextContent('This feed is read already.');
  expect(screen.queryByRole('link')).toBeNull();
});
