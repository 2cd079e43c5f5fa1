import { formatNumber } from './format';
import { formatMoney } from './money';

/** How a campaign's outcome is shown: as money of `currency`, or as a count. */
export const outcomeFormat =
  (isMoney: boolean, currency: string) =>
  (value: number): string =>
    isMoney ? formatMoney({ amount: value.toFixed(2), currency }) : formatNumber(value);
