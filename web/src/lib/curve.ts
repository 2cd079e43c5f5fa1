/** One point of a response curve: outcome at a spend, with its 90 % interval. */
export type CurvePoint = { spend: number; mean: number; low: number; high: number };
export type Outcome = { mean: number; low: number; high: number };

/** Outcome at `spend`, linear between the points of the table; held at the ends. Points are sorted by spend. */
export function outcomeAt(points: readonly CurvePoint[], spend: number): Outcome {
  const last = points.at(-1);
  const first = points[0];
  if (!first || !last) return { mean: 0, low: 0, high: 0 };
  if (spend <= first.spend) return first;
  if (spend >= last.spend) return last;
  let below = 0;
  let above = points.length - 1;
  while (above - below > 1) {
    const middle = (below + above) >> 1;
    if ((points[middle]?.spend ?? 0) <= spend) below = middle;
    else above = middle;
  }
  const a = points[below] ?? first;
  const b = points[above] ?? last;
  const t = (spend - a.spend) / (b.spend - a.spend);
  const mix = (u: number, v: number) => u + (v - u) * t;
  return { mean: mix(a.mean, b.mean), low: mix(a.low, b.low), high: mix(a.high, b.high) };
}

/** What the next `step` of spend brings. */
export const marginalAt = (points: readonly CurvePoint[], spend: number, step: number): number =>
  outcomeAt(points, spend + step).mean - outcomeAt(points, spend).mean;

/** A round step for sliders and keys: about a hundredth of the range, 1, 2 or 5 times a power of ten. */
export function niceStep(range: number): number {
  const raw = Math.max(range / 100, 1);
  const power = 10 ** Math.floor(Math.log10(raw));
  const factor = [1, 2, 5, 10].find((f) => f * power >= raw) ?? 10;
  return factor * power;
}
