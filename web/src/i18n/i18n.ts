import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import common from './en/common.json';

/** Catalogs that come with the pages that speak from them; `common` is always there. */
const CATALOGS = {
  assistant: () => import('./en/assistant.json'),
  budget: () => import('./en/budget.json'),
  campaigns: () => import('./en/campaigns.json'),
  conflict: () => import('./en/conflict.json'),
  connections: () => import('./en/connections.json'),
  decisions: () => import('./en/decisions.json'),
  documents: () => import('./en/documents.json'),
  ideas: () => import('./en/ideas.json'),
  learning: () => import('./en/learning.json'),
  market: () => import('./en/market.json'),
  measurement: () => import('./en/measurement.json'),
  records: () => import('./en/records.json'),
  reports: () => import('./en/reports.json'),
  settings: () => import('./en/settings.json'),
};
export type CatalogName = keyof typeof CATALOGS;
export const CATALOG_NAMES = Object.keys(CATALOGS) as CatalogName[];

type Loaded<Name extends CatalogName> = Awaited<ReturnType<(typeof CATALOGS)[Name]>>['default'];

declare module 'i18next' {
  interface CustomTypeOptions {
    resources: {
      translation: typeof common &
        Loaded<'assistant'> &
        Loaded<'budget'> &
        Loaded<'campaigns'> &
        Loaded<'conflict'> &
        Loaded<'connections'> &
        Loaded<'decisions'> &
        Loaded<'documents'> &
        Loaded<'ideas'> &
        Loaded<'learning'> &
        Loaded<'market'> &
        Loaded<'measurement'> &
        Loaded<'records'> &
        Loaded<'reports'> &
        Loaded<'settings'>;
    };
  }
}

void i18next.use(initReactI18next).init({
  lng: 'en',
  resources: { en: { translation: common } },
  // React escapes.
  interpolation: { escapeValue: false },
  saveMissing: true,
  // biome-ignore lint/suspicious/noConsole: a catalog that was forgotten has to show in every journey
  missingKeyHandler: (_languages, _namespace, key) => console.error(`No text for ${key}`),
});

/** Loads catalogs before the page that speaks from them is shown. */
export async function loadTexts(...names: readonly CatalogName[]): Promise<void> {
  const loaded = await Promise.all(names.map((name) => CATALOGS[name]()));
  for (const { default: texts } of loaded) i18next.addResourceBundle('en', 'translation', texts, true, true);
}

/** The page's words, for code outside components. */
export const i18n = i18next;
