import { describe, expect, it } from 'vitest';
import { aroundQuote, citedBy, markOf, safeLink } from './quote';

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
