/** Messages of the API about single fields of a form, by field name. */
export type FieldErrors = Record<string, string>;

/** The one failure of the API. Status 0 means that no answer came. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: string;
  readonly fields: FieldErrors;
  readonly details: unknown;
  readonly traceId: string | undefined;
  readonly retryAfter: number | undefined;

  constructor(init: {
    status: number;
    code: string;
    message: string;
    fields?: FieldErrors;
    details?: unknown;
    traceId?: string | undefined;
    retryAfter?: number | undefined;
  }) {
    super(init.message);
    this.status = init.status;
    this.code = init.code;
    this.fields = init.fields ?? {};
    this.details = init.details;
    this.traceId = init.traceId;
    this.retryAfter = init.retryAfter;
  }
}

export const noAnswer = (): ApiError => new ApiError({ status: 0, code: 'NO_ANSWER', message: 'The server did not answer.' });

const record = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};

function fieldErrors(value: unknown): FieldErrors {
  const found: FieldErrors = {};
  if (Array.isArray(value)) {
    for (const entry of value) {
      const { field, name, loc, message } = record(entry);
      const key = field ?? name ?? (Array.isArray(loc) ? loc.join('.') : loc);
      if (typeof key === 'string' && typeof message === 'string') found[key] = message;
    }
  } else {
    for (const [key, message] of Object.entries(record(value))) found[key] = Array.isArray(message) ? message.join(' ') : String(message);
  }
  return found;
}

/** What was refused, in one text, for a form that has no place for each field; the field's words are often the whole. */
export const inFull = ({ message, fields }: Pick<ApiError, 'message' | 'fields'>): string =>
  [...new Set([message, ...Object.values(fields)])].join(' ');

/** Reads the error envelope of `response`, whose body is already parsed. */
export function toApiError(body: unknown, response: Response | undefined): ApiError {
  if (!response) return noAnswer();
  const error = record(record(body).error);
  const wait = Number(response.headers.get('Retry-After'));
  return new ApiError({
    status: response.status,
    code: typeof error.code === 'string' ? error.code : `HTTP_${response.status}`,
    message: typeof error.message === 'string' ? error.message : response.statusText || `HTTP ${response.status}`,
    fields: fieldErrors(error.fields),
    details: error.details,
    traceId: typeof error.trace_id === 'string' ? error.trace_id : undefined,
    retryAfter: Number.isFinite(wait) && wait > 0 ? wait : undefined,
  });
}

/** The record as it is now, which the refusal of an old version brings along. */
export function currentOf<Kept>(error: unknown): Kept | undefined {
  if (!(error instanceof ApiError) || error.status !== 412) return undefined;
  return record(error.details).current as Kept | undefined;
}
