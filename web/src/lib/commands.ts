import type { LucideIcon } from 'lucide-react';
import { useEffect, useSyncExternalStore } from 'react';

export type CommandGroup = 'create' | 'goTo' | 'page' | 'preferences';

/** One list of these feeds the palette, the shortcuts and the help sheet. Keys are "c", "g d" or "mod+z". */
export type Command = {
  id: string;
  label: string;
  group: CommandGroup;
  icon?: LucideIcon;
  keys?: string;
  allowed?: boolean;
  run: () => void;
};

const typing = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

const keyOf = (event: KeyboardEvent) =>
  event.metaKey || event.ctrlKey ? `mod+${event.shiftKey ? 'shift+' : ''}${event.key.toLowerCase()}` : event.key.toLowerCase();

/** Runs the command whose keys are pressed; keys are ignored while the user types. */
export function useCommandKeys(commands: readonly Command[], singleKeys: boolean): void {
  useEffect(() => {
    let first = '';
    let timer = 0;
    const onKey = (event: KeyboardEvent) => {
      const mod = event.metaKey || event.ctrlKey;
      if (event.altKey || event.isComposing || event.defaultPrevented || (typing(event.target) && !mod)) return;
      if (!mod && !singleKeys) return;
      const key = keyOf(event);
      const usable = commands.filter((c) => c.allowed !== false);
      const hit = usable.find((c) => c.keys === `${first} ${key}`) ?? usable.find((c) => c.keys === key);
      window.clearTimeout(timer);
      first = hit || mod ? '' : key;
      timer = window.setTimeout(() => {
        first = '';
      }, 1000);
      if (!hit) return;
      event.preventDefault();
      hit.run();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [commands, singleKeys]);
}

const EMPTY: readonly Command[] = [];
const lists = new Set<readonly Command[]>();
let pageCommands = EMPTY;
const listeners = new Set<() => void>();

function publish(): void {
  pageCommands = [...lists].flat();
  for (const listener of listeners) listener();
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** Adds the commands of a page, or of a part of it, while it is shown. Pass a memoised list. */
export function usePageCommands(commands: readonly Command[]): void {
  useEffect(() => {
    lists.add(commands);
    publish();
    return () => {
      lists.delete(commands);
      publish();
    };
  }, [commands]);
}

/** The commands of the page that is shown. */
export const useShownPageCommands = (): readonly Command[] =>
  useSyncExternalStore(
    subscribe,
    () => pageCommands,
    () => EMPTY,
  );
