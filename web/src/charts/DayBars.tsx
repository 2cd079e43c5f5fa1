import { useElementSize } from '@mantine/hooks';
import { scaleLinear } from 'd3-scale';
import { formatDay } from '@/lib/format';
import classes from './Chart.module.css';
import { MARGIN } from './curveShapes';

export type DayBar = { day: string; parts: readonly { name: string; value: number; color: string }[] };

/** Widest bar, in pixels: one day alone is no wall. */
const WIDEST = 40;

type Props = {
  title: string;
  /** What the chart shows, said below it. */
  caption: string;
  days: readonly DayBar[];
  /** A value for the axis and for those who cannot see the bars. */
  format: (value: string) => string;
  height?: number;
};

const sum = (bar: DayBar) => bar.parts.reduce((all, part) => all + part.value, 0);

/** One bar a day, its parts stacked. */
export function DayBars({ title, caption, days, format, height = 160 }: Props) {
  const { ref, width } = useElementSize();
  const y = scaleLinear([0, Math.max(1e-9, ...days.map(sum))], [height - MARGIN.bottom, MARGIN.top]).nice(3);
  const inner = Math.max(1, width - MARGIN.left - MARGIN.right);
  const slot = inner / Math.max(1, days.length);
  const wide = Math.min(WIDEST, slot * 0.8);
  const every = Math.max(1, Math.ceil(days.length / (width < 480 ? 3 : 6)));
  return (
    <figure ref={ref} className={classes.figure}>
      <svg width={width} height={height} role="img" aria-label={title}>
        <g className={classes.grid} aria-hidden>
          {y.ticks(3).map((tick) => (
            <g key={tick} transform={`translate(0 ${y(tick)})`}>
              <line x1={MARGIN.left} x2={width - MARGIN.right} />
              <text x={MARGIN.left - 8} dy="0.32em" textAnchor="end">
                {format(String(tick))}
              </text>
            </g>
          ))}
          {days.map(
            ({ day }, at) =>
              at % every === 0 && (
                <text key={day} x={MARGIN.left + slot * at} y={height - 10}>
                  {formatDay(day, { day: 'numeric', month: 'short' })}
                </text>
              ),
          )}
        </g>
        {days.map((bar, at) => {
          let below = 0;
          return bar.parts.map((part) => {
            const from = below;
            below += part.value;
            return (
              <rect
                key={`${bar.day}-${part.name}`}
                x={MARGIN.left + slot * at + (slot - wide) / 2}
                width={wide}
                y={y(below)}
                height={Math.max(0, y(from) - y(below))}
                fill={part.color}
              >
                <title>{[formatDay(bar.day), part.name, format(String(part.value))].join(' · ')}</title>
              </rect>
            );
          });
        })}
      </svg>
      <figcaption className={classes.caption}>{caption}</figcaption>
    </figure>
  );
}
