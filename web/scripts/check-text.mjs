// Fails when a component holds words of its own: text belongs into the catalogs. Also names catalog entries nobody uses.
import { globSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';

const ROOT = join(import.meta.dirname, '..');
const SPOKEN = new Set([
  'label',
  'title',
  'placeholder',
  'description',
  'alt',
  'message',
  'text',
  'legend',
  'nothingFound',
  'aria-label',
  'aria-valuetext',
  'aria-description',
]);
const WORD = /\p{L}{2,}/u;
const problems = [];
let code = '';

for (const file of globSync('src/**/*.tsx', { cwd: ROOT })) {
  if (file.includes('.test.')) continue;
  const path = join(ROOT, file);
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX);
  const report = (node, text) => {
    const { line } = source.getLineAndCharacterOfPosition(node.getStart());
    problems.push(`${relative(ROOT, path)}:${line + 1} text outside the catalog: ${JSON.stringify(text.trim())}`);
  };
  const visit = (node) => {
    if (ts.isJsxText(node) && WORD.test(node.text)) report(node, node.text);
    if (
      ts.isJsxAttribute(node) &&
      SPOKEN.has(node.name.getText()) &&
      node.initializer &&
      ts.isStringLiteral(node.initializer) &&
      WORD.test(node.initializer.text)
    )
      report(node, node.initializer.text);
    ts.forEachChild(node, visit);
  };
  visit(source);
}

for (const file of globSync('src/**/*.{ts,tsx}', { cwd: ROOT }))
  if (!file.includes('/generated/')) code += readFileSync(join(ROOT, file), 'utf8');

const keys = (node, path) =>
  typeof node === 'string' ? [path] : Object.entries(node).flatMap(([k, v]) => keys(v, path ? `${path}.${k}` : k));
const catalogs = globSync('src/i18n/en/*.json', { cwd: ROOT });
const entries = catalogs.flatMap((file) => keys(JSON.parse(readFileSync(join(ROOT, file), 'utf8')), '').map((key) => ({ file, key })));
for (const { file, key } of entries) {
  const stem = key.replace(/_(zero|one|two|few|many|other)$/, '');
  // A key may be put together from a fixed beginning: t(`status.${status}`).
  const begun = stem.split('.').some((_, i, parts) => i > 0 && code.includes(`\`${parts.slice(0, i).join('.')}.\${`));
  const listed = stem.startsWith('nav.');
  if (!code.includes(`'${stem}'`) && !begun && !listed) problems.push(`${file}: nobody uses ${key}`);
}

for (const problem of problems) console.error(problem);
console.log(`${problems.length} problems with text`);
process.exit(problems.length > 0 ? 1 : 0);
