import '@testing-library/jest-dom/vitest';
import { cleanup, configure } from '@testing-library/react';
import { afterEach, beforeAll } from 'vitest';
import { CATALOG_NAMES, loadTexts } from '@/i18n/i18n';

// A busy machine is no failure.
configure({ asyncUtilTimeout: 10_000 });
beforeAll(() => loadTexts(...CATALOG_NAMES));
afterEach(cleanup);

// jsdom has no layout: what Mantine asks of it is answered with nothing observed and no media query matched.
class NoObserver {
  observe() {}
  unobserve() {}
  disconnect() {}
}
window.ResizeObserver = NoObserver;
window.matchMedia = (query) =>
  ({
    matches: false,
    media: query,
    onchange: null,
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
    addListener: () => undefined,
    removeListener: () => undefined,
    dispatchEvent: () => false,
  }) satisfies MediaQueryList;
Element.prototype.scrollIntoView = () => undefined;
Object.defineProperty(document, 'fonts', { value: new EventTarget() });
