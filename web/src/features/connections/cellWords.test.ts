import { expect, test } from 'vitest';
import { cellWords } from './cellWords';

test.each([
  ['amount', '12500.00 EUR', '€12,500'],
  ['lifetime_value', '8.50 USD', '$8.50'],
  ['since', '2026-03-09', 'Mar 9, 2026'],
  ['employees', '1200', '1,200'],
  ['amount', 'much', 'much'],
  ['closed_on', '', ''],
  ['name', '2026-03-09', '2026-03-09'],
])('writes a %s of "%s" as "%s"', (column, text, words) => {
  expect(cellWords(column, text)).toBe(words);
});
