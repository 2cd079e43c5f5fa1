import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';
import type { SegmentField } from '@/api/generated/types.gen';
import { renderPage } from '@/test/render';
import { RuleRow } from './RuleRow';

const fields: SegmentField[] = [
  { field: 'industry', label: 'Industry', kind: 'text', ops: ['is', 'is_empty'], values: ['Construction', 'Retail'] },
  { field: 'employees', label: 'Employees', kind: 'number', ops: ['at_least', 'at_most'], values: null },
];
const noop = () => undefined;

it('starts over when another field is chosen: what was compared no longer fits', async () => {
  const onChange = vi.fn();
  const rule = { field: 'industry', op: 'is', value: ['Retail'] } as const;
  renderPage(<RuleRow rule={{ ...rule, value: [...rule.value] }} position={1} fields={fields} onChange={onChange} onRemove={noop} />);
  await userEvent.click(screen.getByRole('combobox', { name: 'Field' }));
  await userEvent.click(await screen.findByRole('option', { name: 'Employees' }));
  expect(onChange).toHaveBeenCalledWith({ field: 'employees', op: 'at_least', value: '' });
});

it('asks for no value where none is compared', () => {
  renderPage(
    <RuleRow rule={{ field: 'industry', op: 'is_empty', value: '' }} position={1} fields={fields} onChange={noop} onRemove={noop} />,
  );
  expect(screen.queryByLabelText('Value')).toBeNull();
});
