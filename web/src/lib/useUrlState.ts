import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router';

type Values = Record<string, string | undefined>;

/** Filter state that lives in the address bar, so views can be bookmarked and shared. `defaults` must be a constant. */
export function useUrlState<T extends Values>(defaults: T) {
  const [params, setParams] = useSearchParams();
  const value = useMemo(() => {
    const found: Values = {};
    for (const [key, fallback] of Object.entries(defaults)) found[key] = params.get(key) ?? fallback;
    return found as { [K in keyof T]: string | T[K] };
  }, [params, defaults]);
  const set = useCallback(
    (patch: { [K in keyof T]?: string | undefined }) =>
      setParams(
        (before) => {
          const next = new URLSearchParams(before);
          for (const [key, v] of Object.entries(patch)) {
            if (v === undefined || v === '' || v === defaults[key]) next.delete(key);
            else next.set(key, v);
          }
          return next;
        },
        { replace: true },
      ),
    [setParams, defaults],
  );
  return [value, set] as const;
}
