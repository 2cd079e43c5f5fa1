import { describe, expect, it } from 'vitest';
import { paragraphs } from './paragraphs';

const shapes = (text: string) => paragraphs(text).map(({ kind, lines }) => [kind, ...lines]);

describe('an answer in plain text', () => {
  it('becomes paragraphs and lists', () => {
    expect(shapes('Two channels lead:\n- Search\n- Print\nThe rest follows.\n\nThat is all.')).toEqual([
      ['text', 'Two channels lead:'],
      ['list', 'Search', 'Print'],
      ['text', 'The rest follows.'],
      ['text', 'That is all.'],
    ]);
  });

  it('keeps what looks like markup as words', () => {
    expect(shapes('<b>Buy</b> [now](http://x)')).toEqual([['text', '<b>Buy</b> [now](http://x)']]);
    expect(shapes('')).toEqual([]);
  });
});
