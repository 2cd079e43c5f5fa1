const plain = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat(undefined, { maximumSignificantDigits: 3 });
const compact = new Intl.NumberFormat(undefined, { notation: 'compact', maximumFractionDigits: 1 });

/** A quantity for a card or a table: whole above 100, three significant digits below. */
export function formatNumber(value: number): string {
  if (Math.abs(value) >= 100 || value === 0) return plain.format(value);
  return short.format(value);
}

export const formatCompact = (value: number): string => compact.format(value);

export const formatPercent = (share: number, digits = 0): string =>
  new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: digits }).format(share);

/** A share so small that rounding would hide it, as a percentage in plain digits: 0.0001 %. */
export function formatTinyPercent(share: number): string {
  const percent = Math.abs(share) * 100;
  if (percent === 0) return '0%';
  const digits = Math.min(12, Math.max(0, 1 - Math.floor(Math.log10(percent))));
  const up = Math.ceil(percent * 10 ** digits - 1e-9) / 10 ** digits;
  return `${new Intl.NumberFormat(undefined, { maximumFractionDigits: 12 }).format(up)}%`;
}

/** A calendar day (`YYYY-MM-DD`) in the reader's words; no time zone can move it. */
export function formatDay(day: string, options: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'short', year: 'numeric' }): string {
  return new Intl.DateTimeFormat(undefined, { ...options, timeZone: 'UTC' }).format(new Date(`${day}T00:00:00Z`));
}

/** Two calendar days as one range, e.g. "2 Sep – 8 Dec 2026". */
export function formatDayRange(from: string, to: string): string {
  const format = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });
  return format.formatRange(new Date(`${from}T00:00:00Z`), new Date(`${to}T00:00:00Z`));
}

export const formatInstant = (instant: string): string =>
  new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(instant));

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
];

/** "3 minutes ago", in the reader's language. */
export function formatAgo(instant: string, now: number = Date.now()): string {
  const seconds = (new Date(instant).getTime() - now) / 1000;
  const words = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' });
  for (const [unit, size] of STEPS) if (Math.abs(seconds) >= size) return words.format(Math.round(seconds / size), unit);
  return words.format(Math.round(seconds), 'second');
}

/** Milliseconds as people say them: "340 ms", "2.1 s". */
export function formatDuration(ms: number): string {
  const unit = ms < 1000 ? 'millisecond' : 'second';
  return new Intl.NumberFormat(undefined, { style: 'unit', unit, unitDisplay: 'narrow', maximumFractionDigits: ms < 1000 ? 0 : 1 }).format(
    ms < 1000 ? ms : ms / 1000,
  );
}
