import type { Service, ServiceInput } from '@/api/generated/types.gen';
import { fromMinor, toMinor } from '@/lib/money';

/** A service as it is written in a form: lists as one entry a line. */
export type ServiceValues = {
  name: string;
  category: string;
  description: string;
  target_audience: string;
  benefits: string;
  proofs: string;
  price: number | string;
};

export const NO_SERVICE: ServiceValues = {
  name: '',
  category: '',
  description: '',
  target_audience: '',
  benefits: '',
  proofs: '',
  price: '',
};

/** The entries of a field that holds one a line. */
export const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);

export const valuesOf = (service: Service): ServiceValues => ({
  name: service.name,
  category: service.category,
  description: service.description,
  target_audience: service.target_audience,
  benefits: service.benefits.join('\n'),
  proofs: service.proofs.join('\n'),
  price: service.price ? Number(service.price.amount) : '',
});

/** A form as text, to be held against another. */
export const fieldsOf = ({ price, ...rest }: ServiceValues): Record<string, string> => ({
  ...rest,
  price: String(price).replaceAll(',', ''),
});

/** What the API takes of a form; what is no amount is passed on as typed, so that the server can say so. */
export function serviceOf(values: ServiceValues, currency: string): Omit<ServiceInput, 'brand_id'> {
  const price = String(values.price).trim();
  const minor = toMinor(price, currency);
  return {
    name: values.name.trim(),
    category: values.category.trim(),
    description: values.description.trim(),
    target_audience: values.target_audience.trim(),
    benefits: linesOf(values.benefits),
    proofs: linesOf(values.proofs),
    price: price === '' ? null : { amount: minor === undefined ? price : fromMinor(minor, currency), currency },
  };
}

/** Server messages by the form's field names: `benefits.2` belongs to the field of all benefits. */
export const placed = (fields: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(fields).map(([path, message]) => [path.replace(/^body\./, '').split('.')[0] ?? path, message]));
