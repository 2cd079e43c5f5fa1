/** Preferences that live in this browser. */
export const SINGLE_KEYS = { key: 'single-key-shortcuts', defaultValue: true, getInitialValueInEffect: false };
