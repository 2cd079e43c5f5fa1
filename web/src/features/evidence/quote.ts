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

/** Only web addresses become links. */
export const safeLink = (url: string | null | undefined): string | undefined => (url && /^https?:\/\//i.test(url) ? url : undefined);
