import { formatDay, formatNumber } from '@/lib/format';
import { formatMoney } from '@/lib/money';

const MONEY = /^(-?\d+(?:\.\d+)?) ([A-Z]{3})$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** A cell of the preview as such values are written everywhere; what is no amount, day or count stays as it came. */
export function cellWords(column: string, text: string): string {
  if (column === 'lifetime_value' || column === 'amount') {
    const [, amount, currency] = MONEY.exec(text) ?? [];
    return amount && currency ? formatMoney({ amount, currency }) : text;
  }
  if (column === 'since' || column === 'closed_on') return DAY.test(text) ? formatDay(text) : text;
  if (column === 'employees') return /^\d+$/.test(text) ? formatNumber(Number(text)) : text;
  return text;
}
