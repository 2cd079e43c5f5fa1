import { useEffect, useId } from 'react';

const layers: string[] = [];

/** `onClose` for a drawer or dialog that acts only while nothing lies over it: Escape reaches all that are open at once. */
export function useTopmost(opened: boolean, onClose: () => void): () => void {
  const id = useId();
  useEffect(() => {
    if (!opened) return undefined;
    layers.push(id);
    return () => {
      layers.splice(layers.indexOf(id), 1);
    };
  }, [id, opened]);
  return () => {
    if (layers.at(-1) === id) onClose();
  };
}
