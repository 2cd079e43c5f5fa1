import { scaleLinear } from 'd3-scale';
import { area, curveMonotoneX, line } from 'd3-shape';
import { type CurvePoint, outcomeAt } from '@/lib/curve';
import { formatCompact } from '@/lib/format';

export const MARGIN = { top: 24, right: 20, bottom: 32, left: 52 };

type Input = { points: readonly CurvePoint[]; width: number; height: number; seen?: number | undefined };

export type CurveShapes = ReturnType<typeof curveShapes>;

/** Scales and paths of a response curve, split where the data end. */
export function curveShapes({ points, width, height, seen }: Input) {
  const end = points.at(-1)?.spend ?? 1;
  const top = Math.max(1e-9, ...points.map((p) => p.high));
  const x = scaleLinear([0, end], [MARGIN.left, Math.max(MARGIN.left + 1, width - MARGIN.right)]);
  const y = scaleLinear([0, top], [height - MARGIN.bottom, MARGIN.top]).nice(4);
  const toX = (p: CurvePoint) => x(p.spend);
  const bandOf = area<CurvePoint>(
    toX,
    (p) => y(p.low),
    (p) => y(p.high),
  ).curve(curveMonotoneX);
  const lineOf = line<CurvePoint>(toX, (p) => y(p.mean)).curve(curveMonotoneX);
  const edge = seen === undefined ? end : Math.min(seen, end);
  const joint: CurvePoint = { spend: edge, ...outcomeAt(points, edge) };
  return {
    x,
    y,
    compact: formatCompact,
    band: bandOf([...points]) ?? '',
    known: lineOf([...points.filter((p) => p.spend < edge), joint]) ?? '',
    beyond: edge >= end ? '' : (lineOf([joint, ...points.filter((p) => p.spend > edge)]) ?? ''),
  };
}
