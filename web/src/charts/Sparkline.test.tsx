import { screen } from '@testing-library/react';
import { expect, it } from 'vitest';
import { renderPage } from '@/test/render';
import { Sparkline } from './Sparkline';

it('says what it shows and draws every figure inside its box', () => {
  renderPage(<Sparkline values={[0, 2, 4]} label="Topic by day" />);
  const line = screen.getByRole('img', { name: 'Topic by day' }).querySelector('polyline');
  const points = line?.getAttribute('points')?.split(' ') ?? [];
  expect(points).toEqual(['0.0,26.0', '56.0,14.0', '112.0,2.0']);
});
