import { useElementSize } from '@mantine/hooks';
import { useTranslation } from 'react-i18next';
import chart from './Chart.module.css';
import classes from './Waterfall.module.css';
import { waterfallBars } from './waterfallBars';

export type WaterfallStep = { key: string; label: string; change: number; color: string };
type End = { label: string; value: number };
export type WaterfallProps = {
  title: string;
  outcome: string;
  start: End;
  end: End;
  steps: readonly WaterfallStep[];
  format: (value: number) => string;
};

const ROW = 26;
const LABEL = 110;
const VALUE = 84;

/** From one total to another, step by step; a table says the same to whoever would rather read. */
export function Waterfall({ title, outcome, start, end, steps, format }: WaterfallProps) {
  const { t } = useTranslation();
  const { ref, width } = useElementSize();
  const bars = waterfallBars({ start: start.value, end: end.value, changes: steps.map((step) => step.change) });
  const room = Math.max(width - LABEL - VALUE, 1);
  const signed = (change: number) => t(change < 0 ? 'waterfall.less' : 'waterfall.more', { amount: format(Math.abs(change)) });
  const rows = [
    { key: 'start', label: start.label, said: format(start.value), fill: 'var(--mantine-color-dimmed)' },
    ...steps.map((step) => ({ key: step.key, label: step.label, said: signed(step.change), fill: step.color })),
    { key: 'end', label: end.label, said: format(end.value), fill: 'var(--mantine-color-dimmed)' },
  ];
  return (
    <figure ref={ref} className={`${chart.figure} ${classes.root}`}>
      <svg width={width} height={rows.length * ROW} role="img" aria-label={title}>
        {rows.map(({ key, label, said, fill }, i) => {
          const bar = bars[i] ?? { from: 0, to: 0 };
          return (
            <g key={key} transform={`translate(0 ${i * ROW})`}>
              <text className={classes.label} x={0} y={ROW / 2} dy="0.32em">
                {label.length > 16 ? `${label.slice(0, 15)}…` : label}
              </text>
              <rect
                x={LABEL + bar.from * room}
                y={5}
                width={Math.max((bar.to - bar.from) * room, 2)}
                height={ROW - 10}
                fill={fill}
                rx={2}
              />
              <text className={classes.value} x={width} y={ROW / 2} dy="0.32em" textAnchor="end">
                {said}
              </text>
            </g>
          );
        })}
      </svg>
      <table className={classes.spoken}>
        <caption>{title}</caption>
        <tbody>
          {rows.map(({ key, label, said }) => (
            <tr key={key}>
              <th scope="row">{label}</th>
              <td>{said}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <figcaption className={chart.caption}>
        {t('waterfall.caption', { start: format(start.value), end: format(end.value), change: signed(end.value - start.value), outcome })}
      </figcaption>
    </figure>
  );
}
