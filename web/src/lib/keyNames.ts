const apple = () => /Mac|iPhone|iPad/.test(navigator.userAgent);

export const modKey = (): string => (apple() ? '⌘' : 'Ctrl');

/** "mod+z" or "g d" as the caps to show. */
export const keyCaps = (keys: string): string[] =>
  keys.split(/[ +]/).map((key) => (key === 'mod' ? modKey() : key.length === 1 ? key.toUpperCase() : key));
