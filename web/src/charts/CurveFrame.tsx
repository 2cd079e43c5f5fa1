import { memo, useId } from 'react';
import chart from './Chart.module.css';
import { type CurveShapes, MARGIN } from './curveShapes';
import classes from './ResponseCurve.module.css';

type Props = {
  shapes: CurveShapes;
  width: number;
  height: number;
  color: string;
  outcomeLabel: string;
  format: (spend: number) => string;
};

/** Axes, band and curve: what stays while the handle moves. */
export const CurveFrame = memo(function CurveFrame({ shapes, width, height, color, outcomeLabel, format }: Props) {
  const clip = useId();
  const { x, y } = shapes;
  return (
    <>
      <clipPath id={clip}>
        <rect x={MARGIN.left} y={0} width={Math.max(0, width - MARGIN.left - MARGIN.right)} height={height} />
      </clipPath>
      <g className={chart.grid} aria-hidden>
        {y.ticks(4).map((tick) => (
          <g key={tick} transform={`translate(0 ${y(tick)})`}>
            <line x1={MARGIN.left} x2={width - MARGIN.right} />
            <text x={MARGIN.left - 8} dy="0.32em" textAnchor="end">
              {shapes.compact(tick)}
            </text>
          </g>
        ))}
        {x.ticks(width < 480 ? 3 : 5).map((tick) => (
          <text key={tick} x={x(tick)} y={height - 10} textAnchor="middle">
            {format(tick)}
          </text>
        ))}
      </g>
      <text className={classes.axis} x={MARGIN.left} y={14} aria-hidden>
        {outcomeLabel}
      </text>
      <g clipPath={`url(#${clip})`} aria-hidden>
        <path className={classes.band} d={shapes.band} fill={color} opacity={0.22} />
        <path d={shapes.known} fill="none" stroke={color} strokeWidth={2} />
        <path className={classes.beyond} d={shapes.beyond} fill="none" stroke={color} strokeWidth={2} />
      </g>
    </>
  );
});
