// Lists the styles of those Mantine components that the pages use, in Mantine's order; with --check, fails when it lacks one.
import { existsSync, globSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const CORE = join(ROOT, 'node_modules/@mantine/core');
const LIST = join(ROOT, 'src/app/mantine.css');
const ALWAYS = ['baseline', 'default-css-variables', 'global'];

const named = (text, from) =>
  [...text.matchAll(new RegExp(`import\\s*\\{([^}]*)\\}\\s*from\\s*['"]${from}['"]`, 'g'))].flatMap(([, names]) =>
    names.split(',').map((name) => name.trim().split(' as ')[0]),
  );

/** What the pages, and the Mantine packages on top of the core, import from the core. */
const own = globSync('src/**/*.{ts,tsx}', { cwd: ROOT }).map((file) => join(ROOT, file));
const packages = ['notifications', 'spotlight'].flatMap((name) =>
  globSync(`node_modules/@mantine/${name}/esm/**/*.mjs`, { cwd: ROOT }).map((file) => join(ROOT, file)),
);
const used = new Set([...own, ...packages].flatMap((file) => named(readFileSync(file, 'utf8'), '@mantine/core')));

const index = readFileSync(join(CORE, 'esm/index.mjs'), 'utf8');
const waiting = [...index.matchAll(/import \{([^}]*)\} from "(\.[^"]+)"/g)]
  .filter(([, names]) => names.split(',').some((name) => used.has(name.trim().split(' as ').at(-1))))
  .map(([, , file]) => resolve(CORE, 'esm', file));

/** Styles of all that these are made of. */
const styled = new Set(ALWAYS);
const seen = new Set();
for (const file of waiting) {
  if (seen.has(file) || !existsSync(file)) continue;
  seen.add(file);
  if (file.endsWith('.module.mjs')) styled.add(basename(file, '.module.mjs'));
  for (const [, next] of readFileSync(file, 'utf8').matchAll(/(?:from|import) "(\.[^"]+)"/g)) waiting.push(resolve(dirname(file), next));
}

const all = readFileSync(join(CORE, 'styles.css'), 'utf8');
const place = (name) =>
  all.indexOf(
    readFileSync(join(CORE, 'styles', `${name}.css`), 'utf8')
      .slice(0, 200)
      .trim(),
  );
const listed = readdirSync(join(CORE, 'styles'))
  .filter((file) => file.endsWith('.css') && !file.endsWith('.layer.css'))
  .map((file) => basename(file, '.css'))
  .filter((name) => styled.has(name))
  .sort((a, b) => place(a) - place(b));

const text = `/* Made by scripts/styles.mjs. */\n${listed.map((name) => `@import "@mantine/core/styles/${name}.css";\n`).join('')}`;
if (process.argv.includes('--check')) {
  const there = readFileSync(LIST, 'utf8');
  const missing = text.split('\n').filter((line) => !there.includes(line));
  if (missing.length > 0) {
    console.error(`src/app/mantine.css lacks what is used; run \`npm run styles\`.\n${missing.join('\n')}`);
    process.exit(1);
  }
} else writeFileSync(LIST, text);
