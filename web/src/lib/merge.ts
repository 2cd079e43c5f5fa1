/** The fields of a form as text. */
export type Fields = Readonly<Record<string, string>>;
export type Side = 'mine' | 'theirs';

/** A field that was typed otherwise than it is saved now. `clash`: both sides changed it; `side`: whose is taken unless one chooses. */
export type Difference = { field: string; mine: string; theirs: string; side: Side; clash: boolean };

/** Where `mine` and `theirs`, which both began as `base`, are apart. What only one side changed is taken from that side. */
export function differences(base: Fields, mine: Fields, theirs: Fields): Difference[] {
  return Object.keys(mine).flatMap((field): Difference[] => {
    const [was = '', typed = '', saved = ''] = [base[field], mine[field], theirs[field]];
    if (typed === saved) return [];
    return [{ field, mine: typed, theirs: saved, side: typed === was ? 'theirs' : 'mine', clash: typed !== was && saved !== was }];
  });
}
