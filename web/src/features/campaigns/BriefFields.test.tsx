import { useForm } from '@mantine/form';
import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import type { Service } from '@/api/generated/types.gen';
import { renderPage } from '@/test/render';
import { BriefFields } from './BriefFields';
import { type BriefValues, EMPTY_BRIEF } from './briefForm';

const services = ['Tidemark Payroll', 'Tidemark Time'].map((name, index) => ({ id: `s${index}`, name })) as unknown as Service[];

function Filled() {
  const form = useForm<BriefValues>({ initialValues: { ...EMPTY_BRIEF, service_id: 's0' } });
  return <BriefFields form={form} services={services} ownService={false} currency="EUR" channels={[]} segments={[]} />;
}

it('keeps the service when it is chosen once more', async () => {
  renderPage(<Filled />);
  const service = screen.getByRole('combobox', { name: 'Service' });
  expect(service).toHaveValue('Tidemark Payroll');
  await userEvent.click(service);
  await userEvent.click(await screen.findByRole('option', { name: 'Tidemark Payroll' }));
  expect(service).toHaveValue('Tidemark Payroll');
});
