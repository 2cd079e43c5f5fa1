import { useElementSize } from '@mantine/hooks';
import { scaleLinear } from 'd3-scale';
import { formatCompact } from '@/lib/format';
import classes from './Chart.module.css';

type Row = { id: string; name: string; mean: number; low: number; high: number };
type Props = { title: string; caption: string; rows: readonly Row[]; color: string };

const ROW = 34;
const SIDE = 16;
const FOOT = 26;

/** One line a row: a dot for the expected outcome, a bar for its 90 % interval. */
export function IntervalDots({ title, caption, rows, color }: Props) {
  const { ref, width } = useElementSize();
  const x = scaleLinear(
    [Math.min(0, ...rows.map((row) => row.low)), Math.max(1e-9, ...rows.map((row) => row.high))],
    [SIDE, Math.max(SIDE + 1, width - SIDE)],
  ).nice(4);
  const height = rows.length * ROW + FOOT;
  return (
    <figure ref={ref} className={classes.figure}>
      <svg width={width} height={height} role="img" aria-label={title}>
        <g className={classes.grid} aria-hidden>
          {x.ticks(width < 480 ? 3 : 5).map((tick) => (
            <g key={tick}>
              <line x1={x(tick)} x2={x(tick)} y1={0} y2={height - FOOT} />
              <text x={x(tick)} y={height - 8} textAnchor="middle">
                {formatCompact(tick)}
              </text>
            </g>
          ))}
        </g>
        {rows.map((row, index) => (
          <g key={row.id} transform={`translate(0 ${index * ROW})`}>
            <text className={classes.label} x={SIDE} y={12}>
              {row.name}
            </text>
            <line x1={x(row.low)} x2={x(row.high)} y1={23} y2={23} stroke={color} strokeWidth={4} strokeOpacity={0.4} />
            <circle cx={x(row.mean)} cy={23} r={5} fill={color} />
          </g>
        ))}
      </svg>
      <figcaption className={classes.caption}>{caption}</figcaption>
    </figure>
  );
}
