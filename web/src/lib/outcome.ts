import { formatNumber } from './format';
import { formatMoney } from './money';

/** How a campaign's outcome is shown: as money of `currency`, short where `compact`, or as a count. */
export const outcomeFormat =
  (isMoney: boolean, currency: string, { compact = false } = {}) =>
  (value: number): string =>
    isMoney ? formatMoney({ amount: value.toFixed(2), currency }, { compact: compact && Math.abs(value) >= 10_000 }) : formatNumber(value);
