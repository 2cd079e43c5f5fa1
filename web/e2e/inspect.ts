import AxeBuilder from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';

/** Every rule is applied at both widths; a scheme changes colours only, so the other one is judged by its colours. */
const LOOKS = [
  { scheme: 'light', width: 1360, rules: 'all' },
  { scheme: 'dark', width: 1360, rules: 'colours' },
  { scheme: 'dark', width: 390, rules: 'all' },
  { scheme: 'light', width: 390, rules: 'colours' },
] as const;

const STANDARDS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** `NEXUS_PICTURES=1` leaves a picture of every look for people; nothing is compared with them, and they take their time. */
const PICTURES = process.env.NEXUS_PICTURES === '1';

/** The page as it stands, in every scheme and width. */
export async function inspectLooks(page: Page, name: string): Promise<void> {
  const before = page.viewportSize();
  for (const { scheme, width, rules } of LOOKS) {
    await test.step(`${scheme} ${width}`, async () => {
      await page.emulateMedia({ colorScheme: scheme });
      await page.setViewportSize({ width, height: 900 });
      await settled(page);
      if (PICTURES) await page.screenshot({ path: `test-results/pages/${name}-${scheme}-${width}.png`, fullPage: true });
      await expect.poll(() => sideways(page)).toBeLessThanOrEqual(0);
      expect.soft(await violations(page, rules)).toEqual([]);
    });
  }
  if (before) await page.setViewportSize(before);
}

/** Waits until the new size and colours are drawn, and what moves has arrived. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    for (let frames = 0; frames < 3; frames++) await new Promise(requestAnimationFrame);
    const moving = document
      .getAnimations()
      .filter(({ playState, effect }) => playState === 'running' && effect?.getComputedTiming().endTime !== Infinity);
    await Promise.allSettled(moving.map(({ finished }) => finished));
  });
}

/** How far the page scrolls sideways, which nothing may make it do. */
function sideways(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

/** What breaks rules of WCAG 2.0 to 2.2, A and AA, and best practice. */
async function violations(page: Page, rules: 'all' | 'colours'): Promise<string[]> {
  // There are no frames of other sites, which alone need a second page for every judgement.
  const axe = new AxeBuilder({ page }).setLegacyMode(true).options({ resultTypes: ['violations'] });
  const found = await (rules === 'colours' ? axe.withRules(['color-contrast']) : axe.withTags(STANDARDS)).analyze();
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(' | ')}`);
}
