type Input = { start: number; end: number; changes: readonly number[] };
export type Bar = { from: number; to: number };

/** How much wider than all changes the shown range is, at least: small changes of a large total stay visible. */
const ROOM = 1.6;

/**
 * Bars as shares of the width: the first total, each change where the one before left off, the last total. When changes are
 * small beside the totals the axis does not begin at nothing, or they would vanish.
 */
export function waterfallBars({ start, end, changes }: Input): Bar[] {
  const levels = [start];
  for (const change of changes) levels.push((levels.at(-1) ?? start) + change);
  const most = Math.max(end, ...levels);
  const least = Math.min(end, ...levels);
  const base = Math.max(0, Math.min(least, most - (most - least) * ROOM));
  const share = (value: number) => (most > base ? (value - base) / (most - base) : 0);
  const between = (a: number, b: number): Bar => ({ from: share(Math.min(a, b)), to: share(Math.max(a, b)) });
  const steps = changes.map((_, i) => between(levels[i] ?? start, levels[i + 1] ?? start));
  return [{ from: 0, to: share(start) }, ...steps, { from: 0, to: share(end) }];
}
