import { expect, test } from 'vitest';

type Texts = { readonly [key: string]: string | Texts };

const sources: Record<string, string> = import.meta.glob('/src/**/*.{ts,tsx}', { query: '?raw', import: 'default', eager: true });
// As they are written: those that are imported are one by now, since every test loads them all.
const catalogs: Record<string, string> = import.meta.glob('/src/i18n/en/*.json', { query: '?raw', import: 'default', eager: true });

const IMPORTED = /(?:from |import\()'((?:@\/|\.{1,2}\/)[^']+)'/g;
const SPOKEN = /\bt\(\s*(?:[^'"`()]*\? )?(['"`])([a-z]\w*\.[\w.]*)(\$\{)?/g;
const ROUTE = /import\('(@\/features\/[^']+)'\)\)\.\w+((?:, '\w+')*)/g;

/** The file that an import of another names; none for what is no source of ours. */
function fileOf(name: string, from: string): string | undefined {
  const path = name.startsWith('@/') ? `/src/${name.slice(2)}` : new URL(name, `file://${from}`).pathname;
  return [path, `${path}.ts`, `${path}.tsx`].find((file) => file in sources);
}

/** A page's file and all that it imports, however late. */
function reached(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file) || file.includes('/generated/') || file.startsWith('/src/app/router')) return seen;
  seen.add(file);
  for (const [, name = ''] of sources[file]?.matchAll(IMPORTED) ?? []) {
    const next = fileOf(name, file);
    if (next) reached(next, seen);
  }
  return seen;
}

function says(texts: Texts, key: string, begun: boolean): boolean {
  const parts = key.split('.').filter(Boolean);
  const last = parts.at(-1) ?? '';
  let at: Texts | string | undefined = texts;
  for (const part of parts.slice(0, -1)) at = typeof at === 'object' ? at[part] : undefined;
  if (typeof at !== 'object') return false;
  return last in at || `${last}_other` in at || (begun && Object.keys(at).some((name) => name.startsWith(last)));
}

const routes = [...(sources['/src/app/router.tsx'] ?? '').matchAll(ROUTE)].map(([, page = '', texts = '']) => ({
  page,
  // The tabs of a campaign stand in its workspace, which brought its own.
  texts: ['common', ...(page.endsWith('Tab') ? ['campaigns'] : []), ...[...texts.matchAll(/\w+/g)].map(String)],
}));

test.each(routes)('$page brings the texts it speaks from', ({ page, texts }) => {
  const loaded = texts.map((name): Texts => JSON.parse(catalogs[`/src/i18n/en/${name}.json`] ?? '{}'));
  const missing = [...reached(fileOf(page, '/') ?? '')].flatMap((file) =>
    [...(sources[file] ?? '').matchAll(SPOKEN)]
      .filter(([, , key = '', begun]) => !loaded.some((catalog) => says(catalog, key, begun !== undefined)))
      .map(([, , key]) => `${file}: ${key}`),
  );
  expect(missing).toEqual([]);
});
