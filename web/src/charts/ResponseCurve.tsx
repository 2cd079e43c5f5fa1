import { useElementSize } from '@mantine/hooks';
import { type PointerEvent, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { type CurvePoint, outcomeAt } from '@/lib/curve';
import { formatNumber } from '@/lib/format';
import chart from './Chart.module.css';
import { CurveFrame } from './CurveFrame';
import { CurveMarks } from './CurveMarks';
import { curveShapes } from './curveShapes';
import classes from './ResponseCurve.module.css';

export type ResponseCurveProps = {
  title: string;
  outcomeLabel: string;
  points: readonly CurvePoint[];
  spend: number;
  /** A CSS colour. */
  color: string;
  /** The spend of the saved plan and of the best plan, marked when given. */
  saved?: number | undefined;
  optimal?: number | undefined;
  min?: number | undefined;
  max?: number | undefined;
  /** Highest spend in the data; the curve is dashed beyond. */
  seen?: number | undefined;
  step: number;
  height?: number;
  format: (spend: number) => string;
  formatOutcome?: (value: number) => string;
  /** Called while the handle moves, and once when it has come to rest. */
  onSpend?: ((spend: number) => void) | undefined;
  onCommit?: ((spend: number) => void) | undefined;
};

const KEYS: Record<string, number> = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 10, PageDown: -10 };

/** Response curve with its 90 % band and a budget handle that can be dragged and moved by keys. */
export function ResponseCurve(props: ResponseCurveProps) {
  const { title, outcomeLabel, points, spend, color, step, height = 280, format, formatOutcome = formatNumber, onSpend, onCommit } = props;
  const { t } = useTranslation();
  const { ref, width } = useElementSize();
  const end = points.at(-1)?.spend ?? 1;
  const low = props.min ?? 0;
  const high = Math.min(props.max ?? end, end);
  // While the handle is dragged only the marks move.
  const shapes = useMemo(() => curveShapes({ points, width, height, seen: props.seen }), [points, width, height, props.seen]);
  const { x, y } = shapes;
  const now = outcomeAt(points, spend);
  const inside = (value: number) => Math.min(high, Math.max(low, Math.round(value / step) * step));
  const at = (event: PointerEvent<SVGSVGElement>) => inside(x.invert(event.clientX - event.currentTarget.getBoundingClientRect().left));

  return (
    <figure ref={ref} className={`${chart.figure} ${classes.touch}`}>
      {/* biome-ignore lint/a11y/useSemanticElements: an SVG group has no HTML element */}
      <svg
        width={width}
        height={height}
        role="group"
        aria-label={title}
        onPointerDown={
          onSpend &&
          ((event) => {
            event.currentTarget.setPointerCapture(event.pointerId);
            onSpend(at(event));
          })
        }
        onPointerMove={onSpend && ((event) => event.buttons === 1 && onSpend(at(event)))}
        onPointerUp={onCommit && ((event) => onCommit(at(event)))}
      >
        <CurveFrame shapes={shapes} width={width} height={height} color={color} outcomeLabel={outcomeLabel} format={format} />
        <CurveMarks {...props} x={x} y={y} height={height} />
        <line stroke={color} strokeWidth={2} x1={x(spend)} x2={x(spend)} y1={y(now.low)} y2={y(now.high)} aria-hidden />
        {/* biome-ignore lint/a11y/noStaticElementInteractions: it is a slider whenever it reacts to keys */}
        <circle
          className={classes.handle}
          cx={x(spend)}
          cy={y(now.mean)}
          r={9}
          fill={color}
          {...(onSpend && {
            tabIndex: 0,
            role: 'slider',
            'aria-label': t('curve.handle', { title }),
            'aria-valuemin': low,
            'aria-valuemax': high,
            'aria-valuenow': spend,
            'aria-valuetext': t('curve.spoken', {
              spend: format(spend),
              mean: formatOutcome(now.mean),
              low: formatOutcome(now.low),
              high: formatOutcome(now.high),
            }),
          })}
          onKeyDown={(event) => {
            const move = KEYS[event.key];
            if (!move || !onCommit) return;
            event.preventDefault();
            onCommit(inside(spend + move * step));
          }}
        />
      </svg>
      <figcaption className={chart.caption}>
        {t('curve.caption', {
          spend: format(spend),
          mean: formatOutcome(now.mean),
          low: formatOutcome(now.low),
          high: formatOutcome(now.high),
          outcome: outcomeLabel,
        })}
      </figcaption>
    </figure>
  );
}
