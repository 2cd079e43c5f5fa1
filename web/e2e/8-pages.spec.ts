import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from './session';

type Place = { name: string; path: (plan: string) => string; prepare?: (page: Page) => Promise<unknown>; fails?: boolean };

const PLACES: Place[] = [
  { name: 'dashboard', path: () => '/' },
  { name: 'start', path: () => '/start' },
  { name: 'campaigns', path: () => '/campaigns' },
  { name: 'campaigns-none', path: () => '/campaigns?q=nothing-like-this' },
  { name: 'brief', path: () => '/campaigns/new?demo=1', prepare: (page) => expect(page.getByLabel('Theme')).not.toHaveValue('') },
  {
    name: 'brief-errors',
    path: () => '/campaigns/new',
    prepare: (page) => page.getByRole('button', { name: 'Generate plan' }).click(),
  },
  { name: 'ideas', path: (plan) => `${plan}/ideas` },
  {
    name: 'ideas-evidence',
    path: (plan) => `${plan}/ideas`,
    prepare: async (page) => {
      await page
        .getByRole('article')
        .first()
        .getByRole('button', { name: /\d+ source/ })
        .click();
      await expect(page.getByRole('dialog', { name: 'Evidence' })).toBeVisible();
    },
  },
  {
    name: 'budget',
    path: (plan) => `${plan}/budget`,
    prepare: (page) => expect(page.getByRole('figure').locator('svg')).not.toHaveAttribute('width', '0'),
  },
  { name: 'calendar', path: (plan) => `${plan}/calendar` },
  { name: 'services', path: () => '/services' },
  { name: 'audiences', path: () => '/services?tab=audiences' },
  { name: 'market', path: () => '/market' },
  { name: 'actuals', path: () => '/market?tab=actuals' },
  { name: 'import', path: () => '/import/services' },
  { name: 'decisions', path: () => '/decisions', prepare: (page) => expect(page.getByRole('table')).toBeVisible() },
  {
    name: 'decision',
    path: () => '/decisions',
    prepare: async (page) => {
      await page.getByRole('table').getByRole('link').first().click();
      await expect(page.getByRole('tab', { name: 'Summary' })).toBeVisible();
    },
  },
  { name: 'profile', path: () => '/settings/profile' },
  { name: 'not-found', path: () => '/no/such/page' },
  {
    name: 'palette',
    path: () => '/campaigns',
    prepare: async (page) => {
      await page.keyboard.press('Control+k');
      await expect(page.getByPlaceholder(/Search records/)).toBeVisible();
    },
  },
];

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

/** The page as it is, in every scheme and width. */
async function inspectLooks(page: Page, name: string): Promise<void> {
  for (const { scheme, width } of LOOKS) {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
    await page.setViewportSize({ width, height: 900 });
    await page.waitForTimeout(300);
    await test.step(`${scheme} ${width}`, () => inspect(page, `${name}-${scheme}-${width}`));
  }
}

for (const place of PLACES) {
  test(`${place.name} is accessible, light and dark, wide and narrow`, async ({ page, plan }) => {
    const errors: string[] = [];
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
    page.on('pageerror', (error) => errors.push(String(error)));
    await page.goto(place.path(plan));
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await page.waitForLoadState('networkidle');
    await place.prepare?.(page);
    await inspectLooks(page, place.name);
    expect(errors.filter((text) => !place.fails || !text.includes('404'))).toEqual([]);
  });
}

test('sign-in is accessible, light and dark, wide and narrow', async ({ browser }) => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto('/login');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await inspectLooks(page, 'login');
  await context.close();
});
