import type { Curves } from '@/api/generated/types.gen';
import { at, type Row, rowOf } from '@/lib/allocation/hull';
import { smoothAt } from '@/lib/allocation/refine';
import type { CurvePoint, Outcome } from '@/lib/curve';
import { addDraws, type Draws, drawOutcomes, within } from '@/lib/draws';

export type Curve = Curves['channels'][number];

/** One channel as the page plans with it; money in minor units of the plan's own unless it says "all". */
export type ChannelModel = {
  readonly channel: string;
  readonly curve: Curve;
  /** The table of all money together, and where other campaigns leave off on it. */
  readonly row: Row;
  readonly started: number;
  readonly draws: Draws;
  /** Up to here a measured curve is trusted; undefined without history. */
  readonly trusted: number | undefined;
  /** For the chart, in major units. */
  readonly points: readonly CurvePoint[];
};

export type Model = { readonly channels: readonly ChannelModel[]; readonly rows: readonly Row[]; readonly perUnit: number };

/** How far beyond the highest week seen the server trusts a curve by default. */
const TRUSTED = 1.5;
const POINTS = 64;
/** What binary fractions blur is still a whole coin. */
const NEARLY_WHOLE = 1e-6;

export const toMinorUnits = (amount: number, perUnit: number): number => Math.round(amount * perUnit);

/** Curves as the page plans with them; `budget`: the saved plan's, in minor units. */
export function modelOf(curves: Curves, budget: number): Model {
  const perUnit = curves.minor_per_unit;
  const channels = curves.channels.map((curve): ChannelModel => {
    const spends = curve.table.spend.map((spend) => Math.floor(spend * perUnit + 0.5));
    const bare = {
      channel: curve.channel,
      curve,
      row: rowOf(spends, curve.table.mean),
      started: toMinorUnits(Number(curve.committed.amount), perUnit),
      draws: curve.draws,
      trusted: trustedOf(curve, budget, perUnit),
    };
    const end = toMinorUnits(curve.spend.at(-1) ?? 0, perUnit);
    return { ...bare, points: chartPoints(bare, end, perUnit) };
  });
  return { channels, rows: channels.map(({ row }) => row), perUnit };
}

function trustedOf(curve: Curve, budget: number, perUnit: number): number | undefined {
  if (curve.spend_seen === null) return undefined;
  const usual = toMinorUnits(Number(curve.usual_maximum.amount), perUnit);
  if (usual < budget) return usual;
  const trusted = TRUSTED * curve.spend_seen * perUnit;
  const nearest = Math.round(trusted);
  const whole = Math.abs(trusted - nearest) <= NEARLY_WHOLE ? nearest : Math.floor(trusted);
  return Math.max(whole - toMinorUnits(Number(curve.committed.amount), perUnit), 0);
}

type Bare = Omit<ChannelModel, 'points'>;

/** Mean outcome of `spend` minor units, over what other campaigns' money brings alone. */
export const meanAt = ({ row, started }: Bare, spend: number): number => smoothAt(row, spend + started) - smoothAt(row, started);

const drawsAt = ({ draws, started }: Bare, spend: number, perUnit: number): number[] =>
  drawOutcomes(draws, (spend + started) / perUnit, started / perUnit);

/** Outcome of one channel at `spend` minor units, with its interval. */
export const outcomeOf = (channel: Bare, spend: number, perUnit: number): Outcome =>
  within(meanAt(channel, spend), drawsAt(channel, spend, perUnit));

/** Outcome of a whole plan; the interval is that of the draws added up, so channels that err together do so here. */
export function outcomeOfPlan({ channels, perUnit }: Model, amounts: readonly number[]): Outcome {
  const mean = channels.reduce((total, channel, i) => total + meanAt(channel, at(amounts, i)), 0);
  const draws = channels.map((channel, i) => drawsAt(channel, at(amounts, i), perUnit));
  return within(mean, addDraws(draws));
}

/** Denser near nothing, where curves bend. */
const chartPoints = (channel: Bare, end: number, perUnit: number): CurvePoint[] =>
  Array.from({ length: POINTS + 1 }, (_, i) => {
    const spend = Math.round(end * (i / POINTS) ** 2);
    return { spend: spend / perUnit, ...outcomeOf(channel, spend, perUnit) };
  });
