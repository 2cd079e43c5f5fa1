import AxeBuilder from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';

/** Every rule is applied at both widths; a scheme changes colours only, so the other one is judged by its colours. */
const LOOKS = [
  { scheme: 'light', width: 1360, rules: 'all' },
  { scheme: 'dark', width: 1360, rules: 'colours' },
  { scheme: 'dark', width: 390, rules: 'all' },
  { scheme: 'light', width: 390, rules: 'colours' },
] as const;

/** Rules of WCAG 2.0 to 2.2, A and AA, and best practice; nothing may scroll the page sideways. */
async function inspect(page: Page, name: string, rules: 'all' | 'colours'): Promise<void> {
  await page.screenshot({ path: `test-results/pages/${name}.png`, fullPage: true });
  const axe = new AxeBuilder({ page });
  const { violations } = await (rules === 'colours'
    ? axe.withRules(['color-contrast'])
    : axe.withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
  ).analyze();
  expect.soft(violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(' ')).join(' | ')}`)).toEqual([]);
  expect
    .soft(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth))
    .toBeLessThanOrEqual(0);
}

/** The page as it stands, in every scheme and width, with a screenshot of each. */
export async function inspectLooks(page: Page, name: string): Promise<void> {
  const before = page.viewportSize();
  for (const { scheme, width, rules } of LOOKS) {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
    await page.setViewportSize({ width, height: 900 });
    await page.waitForTimeout(300);
    await test.step(`${scheme} ${width}`, () => inspect(page, `${name}-${scheme}-${width}`, rules));
  }
  if (before) await page.setViewportSize(before);
}
