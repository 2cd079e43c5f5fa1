import AxeBuilder from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';

const LOOKS = [
  { scheme: 'light', width: 1360 },
  { scheme: 'dark', width: 1360 },
  { scheme: 'light', width: 390 },
  { scheme: 'dark', width: 390 },
] as const;

/** Rules of WCAG 2.0 to 2.2, A and AA, and best practice; nothing may scroll the page sideways. */
async function inspect(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: `test-results/pages/${name}.png`, fullPage: true });
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze();
  expect.soft(violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(' ')).join(' | ')}`)).toEqual([]);
  expect
    .soft(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth))
    .toBeLessThanOrEqual(0);
}

/** The page as it stands, in every scheme and width, with a screenshot of each. */
export async function inspectLooks(page: Page, name: string): Promise<void> {
  const before = page.viewportSize();
  for (const { scheme, width } of LOOKS) {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
    await page.setViewportSize({ width, height: 900 });
    await page.waitForTimeout(300);
    await test.step(`${scheme} ${width}`, () => inspect(page, `${name}-${scheme}-${width}`));
  }
  if (before) await page.setViewportSize(before);
}
