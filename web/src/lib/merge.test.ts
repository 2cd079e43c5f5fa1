import { expect, it } from 'vitest';
import { differences } from './merge';

const base = { name: 'Time', price: '6.5', benefits: 'Fast' };

it('finds nothing apart where both say the same', () => {
  expect(differences(base, base, base)).toEqual([]);
  expect(differences(base, { ...base, price: '7' }, { ...base, price: '7' })).toEqual([]);
});

it('takes what one side alone changed from that side', () => {
  const found = differences(base, { ...base, name: 'My time' }, { ...base, price: '7' });
  expect(found).toEqual([
    { field: 'name', mine: 'My time', theirs: 'Time', side: 'mine', clash: false },
    { field: 'price', mine: '6.5', theirs: '7', side: 'theirs', clash: false },
  ]);
});

it('says where both changed the same, and keeps what was typed', () => {
  const [found] = differences(base, { ...base, benefits: 'Fast\nCheap' }, { ...base, benefits: '' });
  expect(found).toEqual({ field: 'benefits', mine: 'Fast\nCheap', theirs: '', side: 'mine', clash: true });
});
