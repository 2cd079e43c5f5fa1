import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { searchRecordsOptions } from '@/api/generated/@tanstack/react-query.gen';
import type { Hit } from '@/api/generated/types.gen';

const NONE: Hit[] = [];

/** The page on which a found record is shown. */
export function pathOf({ kind, id }: Pick<Hit, 'kind' | 'id'>): string {
  if (kind === 'campaign') return `/campaigns/${id}`;
  if (kind === 'service') return `/services?service=${id}`;
  if (kind === 'signal') return `/market?signal=${id}`;
  return '/services?tab=audiences';
}

/** Records whose words match, asked for when the typing pauses. */
export function useRecordSearch(words: string): Hit[] {
  const [settled] = useDebouncedValue(words, 150);
  const query = useQuery({
    ...searchRecordsOptions({ query: { q: settled } }),
    enabled: settled.length > 1,
    placeholderData: keepPreviousData,
    throwOnError: false,
  });
  return words.length > 1 ? (query.data?.items ?? NONE) : NONE;
}
