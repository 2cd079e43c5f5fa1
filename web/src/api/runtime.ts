import type { CreateClientConfig } from './generated/client.gen';
import { sessionFetch } from './session';

/** First configuration of the generated client. */
export const createClientConfig: CreateClientConfig = (config) => ({ ...config, baseUrl: '', fetch: sessionFetch as typeof fetch });
