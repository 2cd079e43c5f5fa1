import { expect, it } from 'vitest';
import { draftOf, emptyDraft, groupOf, problemOf } from './groups';

const draft = { ...emptyDraft(0), name: 'Video', channels: ['tv', 'online_video'], minimum: 100, maximum: 2500.5 };

it('a group goes to the server as exact money or as shares, and comes back the same', () => {
  const byAmount = groupOf(draft, 'EUR');
  expect(byAmount.maximum).toEqual({ amount: '2500.50', currency: 'EUR' });
  expect(byAmount.maximum_share).toBeNull();
  expect(draftOf(byAmount, 0)).toEqual(draft);
  const byShare = groupOf({ ...draft, unit: 'share', minimum: '', maximum: 29 }, 'EUR');
  expect(byShare).toMatchObject({ minimum: null, maximum: null, minimum_share: null, maximum_share: 0.29 });
  expect(draftOf(byShare, 0)).toMatchObject({ unit: 'share', minimum: '', maximum: 29 });
});

it('what keeps a group from being used is named', () => {
  expect(problemOf(draft, ['Video'])).toBeUndefined();
  expect(problemOf({ ...draft, name: ' ' }, [''])?.kind).toBe('noName');
  expect(problemOf(draft, ['Video', 'Video'])?.kind).toBe('twice');
  expect(problemOf({ ...draft, channels: [] }, ['Video'])?.kind).toBe('noChannels');
  expect(problemOf({ ...draft, minimum: '', maximum: '' }, ['Video'])?.kind).toBe('noLimit');
  expect(problemOf({ ...draft, minimum: 9999 }, ['Video'])?.kind).toBe('crossed');
});
