import { toApiError } from './errors';
import { client } from './generated/client.gen';

let ready = false;

/** Makes every failure of the generated client an `ApiError`. Called once at start. */
export function setUpClient(): void {
  if (ready) return;
  ready = true;
  client.interceptors.error.use((error, response) => toApiError(error, response));
}

/** Headers of a create or a generation: sent again with the same key, the server answers with the first result. */
export const once = (key: string = crypto.randomUUID()) => ({ 'Idempotency-Key': key });

/** Headers of an edit: refused when the record has changed since `version`. */
export const unchanged = (version: number) => ({ 'If-Match': `"${version}"` });
