import { useQuery } from '@tanstack/react-query';
import { listBrandsOptions } from './generated/@tanstack/react-query.gen';

/** The workspace's brands, and the one that is meant: the chosen one, else the first. */
export function useBrand(chosen?: string | undefined) {
  const query = useQuery(listBrandsOptions({ query: { limit: 100 } }));
  const brands = query.data?.items ?? [];
  const brand = brands.find(({ id }) => id === chosen) ?? brands[0];
  return { brands, brand, none: query.data?.items.length === 0 };
}
