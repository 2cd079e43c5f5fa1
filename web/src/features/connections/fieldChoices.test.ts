import { expect, test } from 'vitest';
import { fieldChoices } from './fieldChoices';

const fields = [
  { object: 'customers', name: 'firstname', label: 'First name', type: 'string' },
  { object: 'customers', name: 'lastname', label: 'Last name', type: 'string' },
  { object: 'deals', name: 'dealname', label: 'Deal name', type: 'string' },
] as const;

test('offers the fields of one kind of record', () => {
  expect(fieldChoices(fields, 'customers', 'firstname').map(({ value }) => value)).toEqual(['firstname', 'lastname']);
});

test('shows what is joined of several fields, also where one of them is no longer there', () => {
  const [joined] = fieldChoices(fields, 'customers', 'firstname lastname');
  expect(joined).toEqual({ value: 'firstname lastname', label: 'First name + Last name' });
  expect(fieldChoices(fields, 'deals', 'gone')[0]).toEqual({ value: 'gone', label: 'gone' });
});
