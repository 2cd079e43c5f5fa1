import { describe, expect, it } from 'vitest';
import { safeLink } from '@/lib/paths';
import { aroundQuote, citedBy, markOf, recordPath } from './quote';

const passage = {
  id: 'p1',
  kind: 'signal' as const,
  title: 'T',
  text: 'A 🎯 is hit when teams are live within a week.',
  origin: 'o',
  on: null,
  trust: 'press',
  url: '',
};

describe('a quote', () => {
  it('is cut at code points, so that signs outside the basic plane do not shift it', () => {
    const start = Array.from(passage.text).join('').indexOf('teams') - 1;
    const { before, quote, after } = aroundQuote(passage, { start, end: start + 5 }, 9);
    expect(quote).toBe('teams');
    expect(before).toBe('… hit when ');
    expect(after).toBe(' are live …');
  });

  it('is found through its passage, and its mark counts from 1', () => {
    const claim = {
      text: 'c',
      supported: true,
      waived_reason: '',
      waived_by: null,
      waived_at: null,
      citations: [
        { passage_id: 'p1', quote: 'q', start: 0, end: 1, stance: 'supports' as const },
        { passage_id: 'gone', quote: 'q', start: 0, end: 1, stance: 'supports' as const },
      ],
    };
    expect(citedBy([claim], [passage]).map((c) => c.passage.id)).toEqual(['p1']);
    expect(markOf([passage], 'p1')).toBe(1);
  });

  it('links to web addresses only', () => {
    expect(safeLink('https://example.org')).toBe('https://example.org');
    expect(safeLink('javascript:alert(1)')).toBeUndefined();
    expect(safeLink(null)).toBeUndefined();
  });
});

describe('the record of a passage', () => {
  it.each([
    ['signal', 'signal:s1', '/market?signal=s1'],
    ['service', 'service:v1', '/services?service=v1'],
    ['past_campaign', 'past_campaign:c1', '/campaigns/c1'],
    ['actuals', 'actuals:b1:search', '/market?tab=actuals'],
    ['framework', 'framework:aida', undefined],
  ] as const)('of a %s is where it is kept', (kind, id, path) => {
    expect(recordPath({ kind, id })).toBe(path);
  });
});
