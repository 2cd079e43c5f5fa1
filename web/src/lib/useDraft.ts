import { useCallback, useEffect, useRef, useState } from 'react';

function read<T>(key: string): T | undefined {
  try {
    const text = localStorage.getItem(key);
    return text === null ? undefined : (JSON.parse(text) as T);
  } catch {
    return undefined;
  }
}

/** Keeps what a form holds in local storage, written a second after the last change; `found` is what an earlier visit left. */
export function useDraft<T>(key: string) {
  const [found] = useState(() => read<T>(key));
  const timer = useRef(0);
  const keep = useCallback(
    (value: T) => {
      window.clearTimeout(timer.current);
      timer.current = window.setTimeout(() => {
        try {
          localStorage.setItem(key, JSON.stringify(value));
        } catch {
          // Storage may be full or switched off; the form itself still holds the text.
        }
      }, 1000);
    },
    [key],
  );
  const drop = useCallback(() => {
    window.clearTimeout(timer.current);
    localStorage.removeItem(key);
  }, [key]);
  useEffect(() => () => window.clearTimeout(timer.current), []);
  return { found, keep, drop };
}
