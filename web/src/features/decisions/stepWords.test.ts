import { expect, it } from 'vitest';
import { stepWords } from './stepWords';

it('says what a step does, and reads the key of one that has no name', () => {
  expect(stepWords('ideate')).toBe('Think of ideas');
  expect(stepWords('waive_claim')).toBe('Waive claim');
});
