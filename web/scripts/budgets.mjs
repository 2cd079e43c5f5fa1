// Reads the build's manifest and fails when a part of the page is heavier (gzipped) than it may be.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const OUT = join(import.meta.dirname, '../../src/nexusplanner/web');
const KB = 1000;
const BUDGETS = { 'shell JS': 215 * KB, 'largest route': 80 * KB, CSS: 36 * KB, 'first load': 350 * 1024 };

const manifest = JSON.parse(readFileSync(join(OUT, '.vite/manifest.json'), 'utf8'));
const sizes = new Map();
const size = (file) => {
  if (!sizes.has(file)) sizes.set(file, gzipSync(readFileSync(join(OUT, file))).length);
  return sizes.get(file);
};

/** Files that come with `key`: its own and those it imports statically. */
function closure(key, found = { js: new Set(), css: new Set() }) {
  const chunk = manifest[key];
  if (found.js.has(chunk.file)) return found;
  found.js.add(chunk.file);
  for (const css of chunk.css ?? []) found.css.add(css);
  for (const next of chunk.imports ?? []) closure(next, found);
  return found;
}

const total = (files) => [...files].reduce((sum, file) => sum + size(file), 0);
/** Chunks that every page loads right after the first paint. */
const FOLLOWERS = ['src/app/HeaderMenus.tsx', 'src/app/Toasts.tsx'];
const entryKey = Object.keys(manifest).find((key) => manifest[key].isEntry);
const shell = closure(entryKey);
const common = closure(entryKey);
for (const key of FOLLOWERS) closure(key, common);

// What a page loads when somebody opens a dialog comes on top of what is there: only what the router loads is a route.
const isCatalog = (key) => key.endsWith('.json');
const routes = manifest[entryKey].dynamicImports
  .filter((key) => !FOLLOWERS.includes(key) && !isCatalog(key))
  .map((key) => {
    const { js, css } = closure(key);
    return { key, js: total([...js].filter((f) => !common.js.has(f))), css: total([...css].filter((f) => !common.css.has(f))) };
  })
  .sort((a, b) => b.js - a.js);

// A tab speaks from its own catalog and from its page's.
const catalogs = manifest[entryKey].dynamicImports
  .filter(isCatalog)
  .map((key) => size(manifest[key].file))
  .sort((a, b) => b - a)
  .slice(0, 2);

const largest = routes[0] ?? { key: '-', js: 0, css: 0 };
const heaviest = Math.max(0, ...routes.map((r) => r.js + r.css));
const measured = {
  'shell JS': total(shell.js),
  'largest route': largest.js,
  CSS: total(new Set(Object.values(manifest).flatMap((chunk) => chunk.css ?? []))),
  'first load':
    total(common.js) +
    total(common.css) +
    heaviest +
    catalogs.reduce((sum, each) => sum + each, 0) +
    gzipSync(readFileSync(join(OUT, 'index.html'))).length,
};

let over = false;
for (const [name, value] of Object.entries(measured)) {
  const bad = value > BUDGETS[name];
  over ||= bad;
  const label = name === 'largest route' ? `${name} (${largest.key})` : name;
  console.log(
    `${bad ? 'OVER ' : 'ok   '}${(value / KB).toFixed(1).padStart(7)} kB of ${(BUDGETS[name] / KB).toFixed(0).padStart(3)} kB  ${label}`,
  );
}
process.exit(over ? 1 : 0);
