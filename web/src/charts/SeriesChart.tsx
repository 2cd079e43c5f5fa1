import { useElementSize } from '@mantine/hooks';
import { scaleLinear } from 'd3-scale';
import { area, line } from 'd3-shape';
import { formatCompact, formatDay } from '@/lib/format';
import classes from './Chart.module.css';
import { MARGIN } from './curveShapes';

export type Band = { mean: readonly number[]; low: readonly number[]; high: readonly number[] };

type Props = {
  title: string;
  /** What the chart shows, said below it. */
  caption: string;
  /** First day of each week, `YYYY-MM-DD`. */
  dates: readonly string[];
  /** What happened, as dots; left out where only an expectation is known. */
  actual?: readonly number[] | undefined;
  /** What was expected, with its 90 % band. */
  expected: Band;
  color: string;
  height?: number;
};

const indices = (count: number) => Array.from({ length: count }, (_, index) => index);

/** Weeks along the time axis: dots for what happened, a line with its band for what was expected. */
export function SeriesChart({ title, caption, dates, actual, expected, color, height = 220 }: Props) {
  const { ref, width } = useElementSize();
  const last = Math.max(1, dates.length - 1);
  const all = [...expected.low, ...expected.high, ...(actual ?? [])];
  const x = scaleLinear([0, last], [MARGIN.left, Math.max(MARGIN.left + 1, width - MARGIN.right)]);
  const y = scaleLinear([Math.min(0, ...all), Math.max(1e-9, ...all)], [height - MARGIN.bottom, MARGIN.top]).nice(4);
  const toX = (index: number) => x(index);
  const at = (values: readonly number[]) => (index: number) => y(values[index] ?? 0);
  const weeks = indices(dates.length);
  const shown = width < 480 ? 3 : 6;
  const ticks = weeks.filter((index) => index % Math.max(1, Math.ceil(dates.length / shown)) === 0);
  return (
    <figure ref={ref} className={classes.figure}>
      <svg width={width} height={height} role="img" aria-label={title}>
        <g className={classes.grid} aria-hidden>
          {y.ticks(4).map((tick) => (
            <g key={tick} transform={`translate(0 ${y(tick)})`}>
              <line x1={MARGIN.left} x2={width - MARGIN.right} />
              <text x={MARGIN.left - 8} dy="0.32em" textAnchor="end">
                {formatCompact(tick)}
              </text>
            </g>
          ))}
          {ticks.map((index) => (
            <text key={index} x={x(index)} y={height - 10} textAnchor={index === 0 ? 'start' : 'middle'}>
              {formatDay(dates[index] ?? '', dates.length > 40 ? { month: 'short', year: '2-digit' } : { day: 'numeric', month: 'short' })}
            </text>
          ))}
        </g>
        <path d={area<number>(toX, at(expected.low), at(expected.high))(weeks) ?? ''} fill={color} opacity={0.22} />
        <path d={line<number>(toX, at(expected.mean))(weeks) ?? ''} fill="none" stroke={color} strokeWidth={2} />
        {actual?.map((value, index) => (
          <circle key={dates[index]} className={classes.dot} cx={x(index)} cy={y(value)} r={2.5} />
        ))}
      </svg>
      <figcaption className={classes.caption}>{caption}</figcaption>
    </figure>
  );
}
