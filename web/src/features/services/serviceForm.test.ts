import { describe, expect, it } from 'vitest';
import { linesOf, NO_SERVICE, placed, serviceOf } from './serviceForm';

describe('a service in a form', () => {
  it('takes one entry a line and drops empty ones', () => {
    expect(linesOf(' Saves an hour a day \n\n Works offline')).toEqual(['Saves an hour a day', 'Works offline']);
  });

  it('sends an amount in the brand’s currency, none when the field is empty, and nonsense as typed', () => {
    expect(serviceOf({ ...NO_SERVICE, price: 49.5 }, 'EUR').price).toEqual({ amount: '49.50', currency: 'EUR' });
    expect(serviceOf(NO_SERVICE, 'EUR').price).toBeNull();
    expect(serviceOf({ ...NO_SERVICE, price: 'cheap' }, 'EUR').price).toEqual({ amount: 'cheap', currency: 'EUR' });
  });

  it('puts a message about one entry at the field that holds it', () => {
    expect(placed({ 'body.benefits.2': 'Too long.', name: 'Taken.' })).toEqual({ benefits: 'Too long.', name: 'Taken.' });
  });
});
