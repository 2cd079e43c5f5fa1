import { expect, test } from 'vitest';
import type { Claim, Idea } from '@/api/generated/types.gen';
import { chosenWith, claimsOf, rowsOf } from './compare';

const claim = (text: string, sources: string[] = []): Claim => ({
  text,
  supported: sources.length > 0,
  citations: sources.map((passage_id) => ({ passage_id, quote: text, start: 0, end: text.length, stance: 'supports' })),
  waived_reason: '',
  waived_by: null,
  waived_at: null,
});
const idea = (changes: Partial<Idea>): Idea => ({
  id: 'a',
  theme: 'Live in a weekend',
  description: 'Set up on Friday.',
  target_kpi: 'Sign-ups',
  core_message: 'Start now.',
  target_segments: ['Agencies'],
  competitive_angle: '',
  framework: 'aida',
  angle: '',
  channels: ['search', 'email'],
  claims: [],
  supported_share: 1,
  author: 'rules',
  chosen: false,
  learned: [],
  confidence: {} as Idea['confidence'],
  ...changes,
});
const words = { channel: (key: string) => key.toUpperCase(), framework: (key: string) => `by ${key}`, turnsOn: (key: string) => key };

test('what is the same is told from what differs, and what neither says is left out', () => {
  const rows = rowsOf(idea({}), idea({ theme: 'Another', core_message: ' start NOW. ' }), words);
  expect(rows.map((row) => [row.term, row.differs])).toEqual([
    ['theme', true],
    ['description', false],
    ['message', false],
    ['kpi', false],
    ['segments', false],
    ['channels', false],
    ['framework', false],
  ]);
});

test('of a list only what the other lacks is marked, in words and not in codes', () => {
  const rows = rowsOf(idea({}), idea({ channels: ['email', 'video'], framework: 'pas' }), words);
  expect(rows.find((row) => row.term === 'channels')).toEqual({
    term: 'channels',
    differs: true,
    lists: [
      [
        { text: 'SEARCH', alone: true },
        { text: 'EMAIL', alone: false },
      ],
      [
        { text: 'EMAIL', alone: false },
        { text: 'VIDEO', alone: true },
      ],
    ],
  });
  expect(rows.find((row) => row.term === 'framework')).toMatchObject({ texts: ['by aida', 'by pas'], differs: true });
});

test('a side that says nothing is shown beside one that does', () => {
  const rows = rowsOf(idea({}), idea({ competitive_angle: 'Faster than all' }), words);
  expect(rows.find((row) => row.term === 'angle')).toEqual({ term: 'angle', differs: true, texts: ['', 'Faster than all'] });
});

test('claims tell how many sources carry them and whether the other idea says the same', () => {
  const left = idea({ claims: [claim('Used by 400 teams', ['p1', 'p2', 'p1']), claim('Half the price')] });
  const right = idea({ claims: [claim('Used by 400 teams', ['p1'])] });
  expect(claimsOf(left, right)).toEqual([
    { text: 'Used by 400 teams', alone: false, supported: true, waived: false, sources: 2 },
    { text: 'Half the price', alone: true, supported: false, waived: false, sources: 0 },
  ]);
});

test('two are compared: a third takes the place of the one chosen first, a second press takes one out', () => {
  expect(chosenWith([], 'a')).toEqual(['a']);
  expect(chosenWith(['a', 'b'], 'c')).toEqual(['b', 'c']);
  expect(chosenWith(['a', 'b'], 'a')).toEqual(['b']);
});
