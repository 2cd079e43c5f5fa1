import { describe, expect, it } from 'vitest';
import { type BriefValues, checkBrief, EMPTY_BRIEF, knownBy, placeErrors, toBrief } from './briefForm';

const say = {
  service: 'service?',
  theme: 'theme?',
  budget: 'budget?',
  budgetPositive: 'above 0',
  start: 'start?',
  end: 'end?',
  endBeforeStart: 'end first',
};
const good: BriefValues = {
  ...EMPTY_BRIEF,
  service_id: 's1',
  theme: ' Autumn launch ',
  total_budget: 80000,
  start_date: '2027-01-01',
  end_date: '2027-03-31',
  limits: { search: { minimum: '', maximum: '' }, email: { minimum: 500, maximum: '9000.50' } },
};

describe('the brief', () => {
  it('is sent with exact decimal amounts and only the limits that were given', () => {
    const brief = toBrief(good, { currency: 'EUR', serviceId: 's1', objective: 'More sign-ups' });
    expect(brief.theme).toBe('Autumn launch');
    expect(brief.total_budget).toEqual({ amount: '80000.00', currency: 'EUR' });
    expect(brief.limits).toEqual([
      { channel: 'email', minimum: { amount: '500.00', currency: 'EUR' }, maximum: { amount: '9000.50', currency: 'EUR' } },
    ]);
    expect(brief).not.toHaveProperty('notes');
  });

  it('says which fields cannot be sent', () => {
    expect(checkBrief(good, say, { ownService: false })).toEqual({});
    expect(checkBrief({ ...good, total_budget: -5, end_date: '2026-12-31' }, say, { ownService: false })).toEqual({
      total_budget: 'above 0',
      end_date: 'end first',
    });
    expect(Object.keys(checkBrief(EMPTY_BRIEF, say, { ownService: true }))).toEqual([
      'new_service',
      'theme',
      'total_budget',
      'start_date',
      'end_date',
    ]);
  });

  it('puts server messages on their fields and keeps the rest', () => {
    const { placed, others } = placeErrors(
      { total_budget: 'too small', 'limits.0.maximum': 'below minimum', 'limits.0': 'odd', tenant: 'no' },
      good,
    );
    expect(placed).toEqual({ total_budget: 'too small', 'limits.email.maximum': 'below minimum', 'limits.email.minimum': 'odd' });
    expect(others).toEqual(['no']);
  });

  it('is known by its words, and by its days once they can be planned for', () => {
    const words = { theme: 'Autumn launch', key_objectives: ['More sign-ups'] };
    expect(knownBy(good, 'More sign-ups')).toEqual({ ...words, start_date: '2027-01-01', end_date: '2027-03-31' });
    for (const days of [{ start_date: '0002-01-01' }, { start_date: '2027-04-01' }, { start_date: '' }, { end_date: '12027-03-31' }])
      expect(knownBy({ ...good, ...days }, 'More sign-ups')).toEqual(words);
    const told = knownBy({ ...good, theme: 'x'.repeat(300), target_audience: ' Owners ', signal_ids: ['s'] }, 'Sales');
    expect(told).toMatchObject({ theme: 'x'.repeat(200), target_audience: 'Owners', signal_ids: ['s'] });
  });
});
