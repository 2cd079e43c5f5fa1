/** Money as the API sends it: a decimal string and an ISO 4217 code. */
export type MoneyValue = { amount: string; currency: string };

const digits = new Map<string, number>();

/** Number of digits after the point that `currency` uses. */
export function minorDigits(currency: string): number {
  const known = digits.get(currency);
  if (known !== undefined) return known;
  const found = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
  digits.set(currency, found);
  return found;
}

/** "1,234.50" or "1234.5" to integer minor units; undefined when it is not an amount in this currency. */
export function toMinor(amount: string, currency: string): number | undefined {
  const places = minorDigits(currency);
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(amount.replaceAll(',', '').trim());
  if (!match) return undefined;
  const [, sign, whole = '0', fraction = ''] = match;
  if (fraction.replace(/0+$/, '').length > places) return undefined;
  const minor = Number(whole) * 10 ** places + Number(fraction.padEnd(places, '0').slice(0, places) || 0);
  if (!Number.isSafeInteger(minor)) return undefined;
  return sign ? -minor : minor;
}

/** Integer minor units to the decimal string that the API takes. */
export function fromMinor(minor: number, currency: string): string {
  const places = minorDigits(currency);
  if (places === 0) return String(minor);
  const text = String(Math.abs(minor)).padStart(places + 1, '0');
  return `${minor < 0 ? '-' : ''}${text.slice(0, -places)}.${text.slice(-places)}`;
}

/** Integer minor units as the API's money. */
export const moneyOf = (minor: number, currency: string): MoneyValue => ({ amount: fromMinor(minor, currency), currency });

// Making a format costs more than a hundred uses of it, and a page that moves makes hundreds of amounts.
const formats = new Map<string, Intl.NumberFormat>();

function formatOf(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = JSON.stringify(options);
  const known = formats.get(key);
  if (known) return known;
  const made = new Intl.NumberFormat(undefined, options);
  formats.set(key, made);
  return made;
}

/** An amount for reading: no cents when there are none, unless `exact`. */
export function formatMoney(money: MoneyValue, { exact = false, compact = false } = {}): string {
  const value = Number(money.amount);
  const whole = Number.isInteger(value);
  return formatOf({
    style: 'currency',
    currency: money.currency,
    ...(compact ? { notation: 'compact', maximumFractionDigits: 1 } : {}),
    ...(!compact && !exact && (whole || Math.abs(value) >= 1000) ? { maximumFractionDigits: 0, minimumFractionDigits: 0 } : {}),
  }).format(value);
}

/** How a field writes amounts of `currency`, as they are written for reading: where its sign stands, and what parts the digits. */
export function moneyMarks(currency: string) {
  const parts = formatOf({ style: 'currency', currency }).formatToParts(-12_345.6);
  const at = parts.findIndex(({ type }) => type === 'currency');
  const first = parts.findIndex(({ type }) => type === 'integer');
  const sign = parts[at]?.value ?? currency;
  const space = (near: number) => (parts[near]?.type === 'literal' ? parts[near].value : '');
  return {
    ...(at < first ? { prefix: sign + space(at + 1) } : { suffix: space(at - 1) + sign }),
    thousandSeparator: parts.find(({ type }) => type === 'group')?.value ?? '',
    decimalSeparator: parts.find(({ type }) => type === 'decimal')?.value ?? '.',
  };
}

/** What model calls cost, in US dollars: cents where they say enough, more digits for less than ten cents. */
export function formatCost(amount: string): string {
  const value = Number(amount);
  const small = value !== 0 && Math.abs(value) < 0.1;
  return formatOf({
    style: 'currency',
    currency: 'USD',
    ...(small ? { maximumSignificantDigits: 2 } : {}),
  }).format(value);
}
