/** Calendar days are `YYYY-MM-DD` strings; these helpers count in UTC so that no zone shifts them. */
const at = (day: string): number => Date.parse(`${day}T00:00:00Z`);
const text = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
const DAY = 86_400_000;

export const addDays = (day: string, days: number): string => text(at(day) + days * DAY);

export const daysBetween = (from: string, to: string): number => Math.round((at(to) - at(from)) / DAY);

/** The Monday of the week that holds `day`. */
export function monday(day: string): string {
  const weekday = (new Date(at(day)).getUTCDay() + 6) % 7;
  return addDays(day, -weekday);
}

/** Mondays from the week of `from` to the week of `to`. */
export function weeks(from: string, to: string): string[] {
  const found: string[] = [];
  for (let week = monday(from); week <= to; week = addDays(week, 7)) found.push(week);
  return found;
}

/** First and last day of the calendar quarter after the one that holds `today`. */
export function nextQuarter(today: string): { from: string; to: string } {
  const [year = 1970, month = 1] = today.split('-').map(Number);
  const start = Math.floor((month - 1) / 3) * 3 + 3;
  return { from: text(Date.UTC(year, start, 1)), to: text(Date.UTC(year, start + 3, 0)) };
}

export const today = (): string => {
  const now = new Date();
  return text(Date.UTC(now.getFullYear(), now.getMonth(), now.getDate()));
};
