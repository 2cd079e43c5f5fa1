import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import en from './en.json';

declare module 'i18next' {
  interface CustomTypeOptions {
    resources: { translation: typeof en };
  }
}

void i18next.use(initReactI18next).init({
  lng: 'en',
  resources: { en: { translation: en } },
  // React escapes.
  interpolation: { escapeValue: false },
});

/** The page's words, for code outside components. */
export const i18n = i18next;
