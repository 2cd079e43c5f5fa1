import type { ScaleLinear } from 'd3-scale';
import { outcomeAt } from '@/lib/curve';
import { MARGIN } from './curveShapes';
import type { ResponseCurveProps } from './ResponseCurve';
import classes from './ResponseCurve.module.css';

type Props = Pick<ResponseCurveProps, 'points' | 'color' | 'saved' | 'optimal' | 'min' | 'max'> & {
  x: ScaleLinear<number, number>;
  y: ScaleLinear<number, number>;
  height: number;
};

/** Limits and the saved spend as lines, the best spend as a square. */
export function CurveMarks({ points, color, saved, optimal, min, max, x, y, height }: Props) {
  const end = points.at(-1)?.spend ?? 0;
  const inside = (value: number | undefined): value is number => value !== undefined && value > 0 && value < end;
  const upright = (value: number, className: string | undefined, key: string) => (
    <line key={key} className={className} x1={x(value)} x2={x(value)} y1={MARGIN.top} y2={height - MARGIN.bottom} />
  );
  return (
    <g aria-hidden>
      {inside(min) && upright(min, classes.limit, 'min')}
      {inside(max) && upright(max, classes.limit, 'max')}
      {inside(saved) && upright(saved, classes.saved, 'saved')}
      {inside(optimal) && (
        <rect
          className={classes.optimal}
          stroke={color}
          x={x(optimal) - 6}
          y={y(outcomeAt(points, optimal).mean) - 6}
          width={12}
          height={12}
        />
      )}
    </g>
  );
}
