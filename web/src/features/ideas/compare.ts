import type { Claim, Idea } from '@/api/generated/types.gen';

/** One thing two ideas are compared by: a text each, or a list each in which what only one has is marked. */
export type Row =
  | { term: 'theme' | 'description' | 'message' | 'kpi' | 'framework' | 'angle' | 'turnsOn'; differs: boolean; texts: [string, string] }
  | { term: 'segments' | 'channels'; differs: boolean; lists: [Entry[], Entry[]] };

/** Something in a list of one idea. alone: the other idea does not have it. */
export type Entry = { text: string; alone: boolean };

/** A claim of one idea with how many sources carry it. */
export type ComparedClaim = Entry & { supported: boolean; waived: boolean; sources: number };

/** How to say what is kept as a code. */
export type Words = { channel: (key: string) => string; framework: (key: string) => string; turnsOn: (key: string) => string };

const same = (a: string, b: string) => a.trim().toLocaleLowerCase() === b.trim().toLocaleLowerCase();

function marked(items: readonly string[], others: readonly string[]): Entry[] {
  return items.map((text) => ({ text, alone: !others.some((other) => same(text, other)) }));
}

/** What two ideas say, thing by thing; what neither says is left out. */
export function rowsOf(left: Idea, right: Idea, words: Words): Row[] {
  const text = (term: Extract<Row, { texts: unknown }>['term'], of: (idea: Idea) => string): Row => {
    const texts: [string, string] = [of(left), of(right)];
    return { term, texts, differs: !same(...texts) };
  };
  const list = (term: 'segments' | 'channels', of: (idea: Idea) => string[]): Row => {
    const lists: [Entry[], Entry[]] = [marked(of(left), of(right)), marked(of(right), of(left))];
    return { term, lists, differs: lists.flat().some((entry) => entry.alone) };
  };
  const rows = [
    text('theme', (idea) => idea.theme),
    text('description', (idea) => idea.description),
    text('message', (idea) => idea.core_message),
    text('kpi', (idea) => idea.target_kpi),
    list('segments', (idea) => idea.target_segments),
    list('channels', (idea) => idea.channels.map(words.channel)),
    text('framework', (idea) => idea.framework && words.framework(idea.framework)),
    text('turnsOn', (idea) => words.turnsOn(idea.angle)),
    text('angle', (idea) => idea.competitive_angle),
  ];
  return rows.filter((row) => ('texts' in row ? row.texts : row.lists).some((side) => side.length > 0));
}

const sourcesOf = (claim: Claim) => new Set(claim.citations.map((citation) => citation.passage_id)).size;

/** What an idea claims, and which of it the other does not. */
export function claimsOf(idea: Idea, other: Idea): ComparedClaim[] {
  return idea.claims.map((claim) => ({
    text: claim.text,
    alone: !other.claims.some((each) => same(each.text, claim.text)),
    supported: claim.supported,
    waived: claim.waived_reason !== '',
    sources: sourcesOf(claim),
  }));
}

/** The chosen two with this one put in or taken out; of three the one chosen first goes. */
export function chosenWith(chosen: readonly string[], id: string): string[] {
  return chosen.includes(id) ? chosen.filter((each) => each !== id) : [...chosen, id].slice(-2);
}
