import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core';
import { i18n } from '@/i18n/i18n';

const brand: MantineColorsTuple = [
  '#ecfdf8',
  '#d2f7ec',
  '#a5eed9',
  '#70e0c3',
  '#43cfae',
  '#22b696',
  '#12957b',
  '#0f766e',
  '#0c5f59',
  '#084944',
];

export const theme = createTheme({
  primaryColor: 'brand',
  // One shade for both schemes: white on it is 5.5:1.
  primaryShade: 7,
  colors: { brand },
  fontFamily: 'Inter, system-ui, -apple-system, "Segoe UI", Roboto, sans-serif',
  fontFamilyMonospace: 'ui-monospace, "JetBrains Mono", Menlo, Consolas, monospace',
  headings: {
    fontWeight: '650',
    sizes: { h1: { fontSize: '1.5rem' }, h2: { fontSize: '1rem' }, h3: { fontSize: '0.9375rem' } },
  },
  defaultRadius: 'md',
  cursorType: 'pointer',
  components: {
    Text: { defaultProps: { size: 'sm' } },
    List: { defaultProps: { size: 'sm' } },
    // Only what goes wrong interrupts a screen reader; such alerts say so themselves.
    Notification: { defaultProps: { closeButtonProps: { 'aria-label': i18n.t('common.close') } } },
    Alert: { defaultProps: { role: 'note' } },
    // Choosing again what is chosen takes nothing away; what may be empty has a button for it.
    Select: { defaultProps: { allowDeselect: false } },
  },
});

/** Mantine's defaults fail WCAG AA in places; these values keep every text above 4.5:1 and every mark above 3:1. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#5c6670',
    '--mantine-color-placeholder': '#6a737d',
    '--mantine-color-yellow-light-color': '#8a4700',
    '--mantine-color-orange-light-color': '#a83200',
    '--mantine-color-green-light-color': '#166534',
    '--mantine-color-lime-light-color': '#3f6212',
    '--mantine-color-brand-light-color': '#0c5f59',
    '--mantine-color-anchor': '#0f766e',
    '--mantine-color-error': '#c92a2a',
    '--app-canvas': '#f7f9f9',
    '--app-mark': '#fff3bf',
    '--chart-1': '#324a9f',
    '--chart-2': '#da6600',
    '--chart-3': '#009583',
    '--chart-4': '#9e246b',
    '--chart-5': '#a665ee',
    '--chart-6': '#5c6400',
    '--chart-7': '#216fa3',
    '--chart-rest': '#6a737d',
  },
  dark: {
    '--mantine-color-dimmed': '#a6adb5',
    '--mantine-color-placeholder': '#9aa2aa',
    '--mantine-color-brand-light-color': '#70e0c3',
    '--mantine-color-anchor': '#43cfae',
    '--mantine-color-error': '#ff8787',
    '--app-canvas': '#1a1b1e',
    '--app-mark': '#5c4a00',
    '--chart-1': '#3295f6',
    '--chart-2': '#ab7a55',
    '--chart-3': '#46efd4',
    '--chart-4': '#db8fbe',
    '--chart-5': '#8166c3',
    '--chart-6': '#e9e46f',
    '--chart-7': '#15bbef',
    '--chart-rest': '#8b939b',
  },
});
