/** Money as the API sends it: a decimal string and an ISO 4217 code. */
export type MoneyValue = { amount: string; currency: string };

/** Number of digits after the point that `currency` uses. */
export function minorDigits(currency: string): number {
  return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
}

/** "1,234.50" or "1234.5" to integer minor units; undefined when it is not an amount in this currency. */
export function toMinor(amount: string, currency: string): number | undefined {
  const digits = minorDigits(currency);
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(amount.replaceAll(',', '').trim());
  if (!match) return undefined;
  const [, sign, whole = '0', fraction = ''] = match;
  if (fraction.replace(/0+$/, '').length > digits) return undefined;
  const minor = Number(whole) * 10 ** digits + Number(fraction.padEnd(digits, '0').slice(0, digits) || 0);
  if (!Number.isSafeInteger(minor)) return undefined;
  return sign ? -minor : minor;
}

/** Integer minor units to the decimal string that the API takes. */
export function fromMinor(minor: number, currency: string): string {
  const digits = minorDigits(currency);
  if (digits === 0) return String(minor);
  const text = String(Math.abs(minor)).padStart(digits + 1, '0');
  return `${minor < 0 ? '-' : ''}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

/** Integer minor units as the API's money. */
export const moneyOf = (minor: number, currency: string): MoneyValue => ({ amount: fromMinor(minor, currency), currency });

/** An amount for reading: no cents when there are none, unless `exact`. */
export function formatMoney(money: MoneyValue, { exact = false, compact = false } = {}): string {
  const value = Number(money.amount);
  const whole = Number.isInteger(value);
  return new Intl.NumberFormat(undefined, {
    style: 'currency',
    currency: money.currency,
    ...(compact ? { notation: 'compact', maximumFractionDigits: 1 } : {}),
    ...(!compact && !exact && (whole || Math.abs(value) >= 1000) ? { maximumFractionDigits: 0, minimumFractionDigits: 0 } : {}),
  }).format(value);
}
