import { notifications } from '@mantine/notifications';
import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiError } from '@/api/errors';
import { i18n } from '@/i18n/i18n';

const retry = (count: number, error: Error) => count < 2 && (!(error instanceof ApiError) || error.status === 0 || error.status >= 502);

function onError(error: Error): void {
  if (!(error instanceof ApiError)) return;
  // The client has refreshed the access token once and tried again; a 401 here means that the session is over.
  if (error.status === 401 && !location.pathname.startsWith('/login')) {
    // Later, when the request that failed is no longer something under way that would be lost.
    setTimeout(() => location.assign(`/login?next=${encodeURIComponent(location.pathname + location.search)}`));
  } else if (error.status === 429) {
    notifications.show({
      id: 'rate',
      color: 'yellow',
      title: i18n.t('error.rateTitle'),
      message: i18n.t('error.rateText', { count: error.retryAfter ?? 30 }),
    });
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
    queries: { staleTime: 30_000, retry, throwOnError: (error) => error instanceof ApiError && error.status >= 500 },
  },
  queryCache: new QueryCache({ onError }),
  mutationCache: new MutationCache({ onError: (error, _variables, _result, { meta }) => onMutationError(error, meta) }),
});
