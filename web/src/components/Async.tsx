import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorCard } from './ErrorCard';
import { Skeletons } from './Skeletons';

/** The part of a query's result that matters here. */
type Query<T> = { data: T | undefined; error: unknown; isPending: boolean; refetch: () => unknown };
type Props<T> = { query: Query<T>; what: string; rows?: number; height?: number; children: (data: T) => ReactNode };

const traceOf = (error: unknown) =>
  typeof error === 'object' && error !== null && 'traceId' in error && typeof error.traceId === 'string' ? error.traceId : undefined;

const messageOf = (error: unknown) => (error instanceof Error ? error.message : '');

/** Shows what a query found; rows while it is under way; what failed, with a retry, when it could not be had. Old data stay. */
export function Async<T>({ query, what, rows, height, children }: Props<T>) {
  const { t } = useTranslation();
  if (query.data !== undefined) return children(query.data);
  if (query.error)
    return (
      <ErrorCard
        title={t('error.load', { what })}
        message={messageOf(query.error)}
        traceId={traceOf(query.error)}
        onRetry={() => query.refetch()}
      />
    );
  return query.isPending ? <Skeletons rows={rows} height={height} /> : null;
}
