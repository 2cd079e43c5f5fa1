import type { Session } from './generated/types.gen';

const REFRESH = '/api/v1/auth/refresh';
/** Paths that work without a signed-in user. */
const OPEN = /^\/api\/v1\/(setup|auth\/(login|refresh|logout))$/;

// In memory only: a script that reads storage finds nothing, and the refresh cookie cannot be read by scripts.
let token: string | undefined;
let renewing: Promise<boolean> | undefined;

/** Takes over a session that a sign-in answered, or forgets it. */
export const keepSession = (session: Session | undefined): void => {
  token = session?.access_token;
};

async function renewOnce(): Promise<boolean> {
  try {
    const response = await fetch(REFRESH, { method: 'POST', credentials: 'same-origin' });
    keepSession(response.ok ? ((await response.json()) as Session) : undefined);
  } catch {
    token = undefined;
  }
  return token !== undefined;
}

/** Trades the refresh cookie for an access token; calls at the same time share one exchange, for the cookie rotates. */
function renew(): Promise<boolean> {
  renewing ??= renewOnce().finally(() => {
    renewing = undefined;
  });
  return renewing;
}

function send(request: Request): Promise<Response> {
  if (token) request.headers.set('Authorization', `Bearer ${token}`);
  return fetch(request);
}

/** `fetch` for the API: carries the access token, gets one when there is none, and renews it once when it is refused. */
export async function sessionFetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const request = new Request(input, init);
  if (OPEN.test(new URL(request.url).pathname)) return fetch(request);
  const fresh = token === undefined;
  if (fresh) await renew();
  const spare = request.clone();
  const response = await send(request);
  if (response.status !== 401 || fresh || !(await renew())) return response;
  return send(spare);
}
