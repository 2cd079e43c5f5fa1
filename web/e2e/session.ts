import { type BrowserContext, test as base, expect, type Page } from '@playwright/test';

export const PERSON = { name: 'Maya Kern', email: 'maya@example.com', password: 'a long enough sentence' };

/** Signs in, or sets a fresh server up with demo data first, so that every journey can also run alone. */
async function enter(page: Page): Promise<void> {
  await page.goto('/');
  await page.waitForURL(/\/(setup|login)|\/$/);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  if (page.url().includes('/setup')) {
    await page.getByLabel('Name').fill(PERSON.name);
    await page.getByLabel('E-mail').fill(PERSON.email);
    await page.getByLabel('Password', { exact: true }).fill(PERSON.password);
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.getByRole('button', { name: 'Explore with demo data' }).click();
    await page.waitForURL(/campaigns\/new/);
  } else if (page.url().includes('/login')) {
    await signIn(page);
  }
}

/** Fills the sign-in page and waits until it is left. */
export async function signIn(page: Page): Promise<void> {
  await page.getByLabel('E-mail').fill(PERSON.email);
  await page.getByLabel('Password', { exact: true }).fill(PERSON.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL((url) => url.pathname !== '/login');
}

/** Generates a plan from the filled-in demo brief; answers the campaign's path. */
export async function makePlan(page: Page, theme: string): Promise<string> {
  await page.goto('/campaigns/new?demo=1');
  await expect(page.getByLabel('Budget', { exact: true })).not.toHaveValue('');
  await page.getByLabel('Theme').fill(theme);
  await page.getByRole('button', { name: 'Generate plan' }).click();
  await page.waitForURL(/\/campaigns\/[^/]+\/ideas/);
  return new URL(page.url()).pathname.replace(/\/ideas$/, '');
}

type Shared = { session: BrowserContext; plan: string };

/** Tests share one signed-in browser: the refresh cookie rotates, so copies of it would end each other. */
export const test = base.extend<{ page: Page }, Shared>({
  session: [
    async ({ browser }, use) => {
      const context = await browser.newContext();
      const page = await context.newPage();
      await enter(page);
      await page.close();
      await use(context);
      await context.close();
    },
    { scope: 'worker', timeout: 240_000 },
  ],
  plan: [
    async ({ session }, use) => {
      const page = await session.newPage();
      const path = await makePlan(page, `Shared plan ${Date.now()}`);
      await page.close();
      await use(path);
    },
    { scope: 'worker', timeout: 240_000 },
  ],
  page: async ({ session }, use) => {
    const page = await session.newPage();
    await use(page);
    await page.close();
  },
});

export { expect };
