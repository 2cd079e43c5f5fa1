import type { Curve } from '@/api/generated/types.gen';
import type { CurvePoint } from '@/lib/curve';

const kept = new WeakMap<Curve, CurvePoint[]>();

/** A curve's table as points; the same curve gives the same points, so that charts can tell that nothing changed. */
export function curvePoints(curve: Curve): CurvePoint[] {
  const found = kept.get(curve);
  if (found) return found;
  const points = curve.spend.map((spend, i) => ({ spend, mean: curve.mean[i] ?? 0, low: curve.low[i] ?? 0, high: curve.high[i] ?? 0 }));
  kept.set(curve, points);
  return points;
}
