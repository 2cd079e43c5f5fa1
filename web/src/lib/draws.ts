import type { Outcome } from './curve';

/** Joint draws of Hill curves; position i belongs together across channels. */
export type Draws = { readonly scale: readonly number[]; readonly half: readonly number[]; readonly slope: readonly number[] };

/** What each draw brings at `spend`, over what it brings at `start`. */
export function drawOutcomes({ scale, half, slope }: Draws, spend: number, start = 0): number[] {
  const share = (at: number, i: number) => (at > 0 ? 1 / (1 + ((half[i] ?? 1) / at) ** (slope[i] ?? 1)) : 0);
  return scale.map((most, i) => most * (share(spend, i) - share(start, i)));
}

/** The value below which `share` of the numbers lie, straight between neighbours. */
export function quantile(numbers: readonly number[], share: number): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const place = share * (sorted.length - 1);
  const below = sorted[Math.floor(place)] ?? 0;
  const above = sorted[Math.ceil(place)] ?? below;
  return below + (above - below) * (place - Math.floor(place));
}

/** A mean that is known better than the draws tell, with their 90 % interval; the interval never leaves the mean out. */
export const within = (mean: number, draws: readonly number[]): Outcome => ({
  mean,
  low: Math.min(mean, quantile(draws, 0.05)),
  high: Math.max(mean, quantile(draws, 0.95)),
});

/** Draws of a total: position by position, so that what is uncertain together stays so. */
export const addDraws = (parts: readonly (readonly number[])[]): number[] =>
  (parts[0] ?? []).map((_, i) => parts.reduce((total, part) => total + (part[i] ?? 0), 0));
