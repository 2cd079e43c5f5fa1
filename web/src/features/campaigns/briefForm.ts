import type { GenerateInput, GetKnowledgeData } from '@/api/generated/types.gen';
import { fromMinor, type MoneyValue, toMinor } from '@/lib/money';

/** What a number field holds while it is edited. */
export type Amount = number | string;

export type BriefValues = {
  service_id: string;
  new_service: string;
  theme: string;
  objective: string;
  target_outcome: Amount;
  total_budget: Amount;
  start_date: string;
  end_date: string;
  target_audience: string;
  notes: string;
  /** Signals the plan is to start from. */
  signal_ids: string[];
  limits: Record<string, { minimum: Amount; maximum: Amount }>;
};

const LONGEST_THEME = 200;
const FIRST_DAY = '2000-01-01';

export const OBJECTIVES = ['signups', 'revenue', 'leads', 'awareness', 'retention'] as const;

export const EMPTY_BRIEF: BriefValues = {
  service_id: '',
  new_service: '',
  theme: '',
  objective: 'signups',
  target_outcome: '',
  total_budget: '',
  start_date: '',
  end_date: '',
  target_audience: '',
  notes: '',
  signal_ids: [],
  limits: {},
};

export const hasAmount = (value: Amount): boolean => value !== '';

/** An entered amount as the API takes it; what is no amount is passed on as typed, so that the server can say so. */
export function toMoney(value: Amount, currency: string): MoneyValue {
  const minor = toMinor(String(value), currency);
  return { amount: minor === undefined ? String(value) : fromMinor(minor, currency), currency };
}

/** Channels with a limit, in the order in which they are sent; server errors name them by index. */
export const limitedChannels = (values: BriefValues): string[] =>
  Object.entries(values.limits)
    .filter(([, limit]) => hasAmount(limit.minimum) || hasAmount(limit.maximum))
    .map(([channel]) => channel);

/** The brief as the API takes it. `objective` is the goal in words. */
export function toBrief(
  values: BriefValues,
  { currency, serviceId, objective }: { currency: string; serviceId: string; objective: string },
): GenerateInput {
  return {
    service_id: serviceId,
    theme: values.theme.trim(),
    start_date: values.start_date,
    end_date: values.end_date,
    total_budget: toMoney(values.total_budget, currency),
    key_objectives: [objective],
    ...(values.target_audience.trim() && { target_audience: values.target_audience.trim() }),
    ...(hasAmount(values.target_outcome) && { target_outcome: Number(values.target_outcome) }),
    ...(values.notes.trim() && { notes: values.notes.trim() }),
    ...(values.signal_ids.length > 0 && { signal_ids: values.signal_ids }),
    limits: limitedChannels(values).map((channel) => {
      const limit = values.limits[channel];
      return {
        channel,
        ...(limit && hasAmount(limit.minimum) && { minimum: toMoney(limit.minimum, currency) }),
        ...(limit && hasAmount(limit.maximum) && { maximum: toMoney(limit.maximum, currency) }),
      };
    }),
  };
}

/** The brief's words and days as far as what is known for it depends on them; days only once they can be planned for. */
export function knownBy(values: BriefValues, objective: string): Omit<GetKnowledgeData['query'], 'service_id'> {
  const { start_date, end_date } = values;
  const theme = values.theme.trim().slice(0, LONGEST_THEME);
  const audience = values.target_audience.trim();
  const planned = start_date >= FIRST_DAY && start_date <= end_date && end_date.length === start_date.length;
  return {
    ...(theme && { theme }),
    ...(audience && { target_audience: audience }),
    ...(planned && { start_date, end_date }),
    ...(values.signal_ids.length > 0 && { signal_ids: values.signal_ids }),
    key_objectives: [objective],
  };
}

type Messages = Record<'service' | 'theme' | 'budget' | 'budgetPositive' | 'start' | 'end' | 'endBeforeStart', string>;

/** Messages for fields that cannot be sent as they are. */
export function checkBrief(values: BriefValues, say: Messages, { ownService }: { ownService: boolean }): Record<string, string> {
  const errors: Record<string, string> = {};
  if (ownService ? !values.new_service.trim() : !values.service_id) errors[ownService ? 'new_service' : 'service_id'] = say.service;
  if (!values.theme.trim()) errors.theme = say.theme;
  if (!hasAmount(values.total_budget)) errors.total_budget = say.budget;
  else if (!(Number(values.total_budget) > 0)) errors.total_budget = say.budgetPositive;
  if (!values.start_date) errors.start_date = say.start;
  if (!values.end_date) errors.end_date = say.end;
  else if (values.start_date && values.end_date < values.start_date) errors.end_date = say.endBeforeStart;
  return errors;
}

/** Server messages by the form's field names; messages about no field of the form stay apart, in `others`. */
export function placeErrors(fields: Record<string, string>, values: BriefValues): { placed: Record<string, string>; others: string[] } {
  const placed: Record<string, string> = {};
  const others: string[] = [];
  const limited = limitedChannels(values);
  for (const [path, message] of Object.entries(fields)) {
    const [head = '', second = '', third] = path.replace(/^body\./, '').split('.');
    const channel = head === 'limits' ? (limited[Number(second)] ?? (second in values.limits ? second : undefined)) : undefined;
    if (channel) placed[`limits.${channel}.${third === 'maximum' ? 'maximum' : 'minimum'}`] = message;
    else if (head === 'service_id' && values.new_service) placed.new_service = message;
    else if (head in values && head !== 'limits') placed[head] = message;
    else others.push(message);
  }
  return { placed, others };
}
