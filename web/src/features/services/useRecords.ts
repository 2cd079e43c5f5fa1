import { keepPreviousData, type QueryKey, useInfiniteQuery } from '@tanstack/react-query';

type Page<T> = { items: T[]; total: number; next_cursor: string | null };
type Asked = { pageParam: string | undefined; signal: AbortSignal };

/** A list's records, page by page; the page before stays in sight while another search is under way. */
export const useRecords = <T>(queryKey: QueryKey, read: (asked: Asked) => Promise<{ data: Page<T> }>) =>
  useInfiniteQuery({
    queryKey,
    queryFn: async ({ pageParam, signal }) => (await read({ pageParam, signal })).data,
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });

export type Records<T> = ReturnType<typeof useRecords<T>>;
