import type { Claim, Passage } from '@/api/generated/types.gen';

type Citation = Claim['citations'][number];
export type Cited = { passage: Passage; citation: Citation; claim: Claim };

/** A passage cut around its quote, in three pieces. Offsets count code points, as the server does. */
export function aroundQuote({ text }: Pick<Passage, 'text'>, { start, end }: Pick<Citation, 'start' | 'end'>, context = 160) {
  const points = Array.from(text);
  const from = Math.max(0, start - context);
  const to = Math.min(points.length, end + context);
  return {
    before: (from > 0 ? '… ' : '') + points.slice(from, start).join(''),
    quote: points.slice(start, end).join(''),
    after: points.slice(end, to).join('') + (to < points.length ? ' …' : ''),
  };
}

/** Every citation of `claims` with its passage, in order; a passage that is not there is left out. */
export function citedBy(claims: readonly Claim[], evidence: readonly Passage[]): Cited[] {
  const passages = new Map(evidence.map((passage) => [passage.id, passage]));
  return claims.flatMap((claim) =>
    claim.citations.flatMap((citation) => {
      const passage = passages.get(citation.passage_id);
      return passage ? [{ passage, citation, claim }] : [];
    }),
  );
}

/** The number of a source's mark: its place in the campaign's evidence, from 1. */
export const markOf = (evidence: readonly Passage[], id: string): number => evidence.findIndex((passage) => passage.id === id) + 1;

/** The page of the workspace's own record that a passage was made of; undefined for what is not kept as a record. */
export function recordPath({ id, kind }: Pick<Passage, 'id' | 'kind'>): string | undefined {
  const record = id.split(':')[1];
  if (!record) return undefined;
  switch (kind) {
    case 'signal':
      return `/market?signal=${record}`;
    case 'service':
      return `/services?service=${record}`;
    case 'segment':
      return '/services?tab=audiences';
    case 'document':
      return '/services?tab=documents';
    case 'past_campaign':
      return `/campaigns/${record}`;
    case 'actuals':
      return '/market?tab=actuals';
    default:
      return undefined;
  }
}
