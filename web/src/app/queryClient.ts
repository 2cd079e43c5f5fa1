import { notifications } from '@mantine/notifications';
import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiError } from '@/api/errors';
import { i18n } from '@/i18n/i18n';

/** Seconds to wait where the server does not say how many. */
const PAUSE = 30;

const limited = (error: Error): error is ApiError => error instanceof ApiError && error.status === 429;

function tellOfLimit({ retryAfter = PAUSE }: ApiError): void {
  notifications.show({
    id: 'rate',
    color: 'yellow',
    title: i18n.t('error.rateTitle'),
    message: i18n.t('error.rateText', { count: retryAfter }),
  });
}

/** What is read waits until it may be asked for again: no page stands there with an error that time has mended. */
function retry(count: number, error: Error): boolean {
  if (limited(error)) tellOfLimit(error);
  return count < 2 && (!(error instanceof ApiError) || error.status === 0 || error.status >= 502 || limited(error));
}

const retryDelay = (count: number, error: Error) =>
  limited(error) ? 1000 * (error.retryAfter ?? PAUSE) : Math.min(1000 * 2 ** count, 30_000);

function onError(error: Error): void {
  if (!(error instanceof ApiError)) return;
  // The client has refreshed the access token once and tried again; a 401 here means that the session is over.
  if (error.status === 401 && !location.pathname.startsWith('/login')) {
    // Later, when the request that failed is no longer something under way that would be lost.
    setTimeout(() => location.assign(`/login?next=${encodeURIComponent(location.pathname + location.search)}`));
  } else if (limited(error)) {
    tellOfLimit(error);
  }
}

function onMutationError(error: Error, { quiet = false }: { quiet?: boolean } = {}): void {
  onError(error);
  // Errors about fields, and those of quiet mutations, are shown where they were made.
  if (quiet || !(error instanceof ApiError) || [401, 429].includes(error.status) || Object.keys(error.fields).length > 0) return;
  const message = error.status === 0 ? i18n.t('error.noAnswer') : error.message;
  notifications.show({ id: `error-${error.code}`, color: 'red', title: i18n.t('error.failed'), message, autoClose: false, role: 'alert' });
}

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: { staleTime: 30_000, retry, retryDelay, throwOnError: (error) => error instanceof ApiError && error.status >= 500 },
  },
  queryCache: new QueryCache({ onError }),
  mutationCache: new MutationCache({ onError: (error, _variables, _result, { meta }) => onMutationError(error, meta) }),
});
