import type { Page } from '@playwright/test';
import { inspectLooks } from './inspect';
import { expect, test } from './session';

type Place = {
  name: string;
  path: (plan: string) => string;
  /** What must be arranged before the page is opened, and what is done on it. */
  before?: (page: Page) => Promise<unknown>;
  prepare?: (page: Page) => Promise<unknown>;
  /** Answers that the browser reports as errors are part of this place. */
  fails?: boolean;
};

const PLACES: Place[] = [
  { name: 'dashboard', path: () => '/' },
  {
    name: 'dashboard-error',
    path: () => '/',
    before: (page) =>
      page.route('**/api/v1/signals**', (route) => route.fulfill({ status: 404, json: { error: { message: 'Gone.', trace_id: 'abc' } } })),
    prepare: (page) => expect(page.getByRole('alert')).toBeVisible(),
    fails: true,
  },
  {
    name: 'campaigns-loading',
    path: () => '/campaigns',
    before: (page) => page.route('**/api/v1/campaigns?**', () => undefined),
    prepare: (page) => expect(page.getByRole('status', { name: 'Loading' })).toBeVisible(),
  },
  { name: 'start', path: () => '/start' },
  { name: 'campaigns', path: () => '/campaigns' },
  { name: 'campaigns-none', path: () => '/campaigns?q=nothing-like-this' },
  { name: 'brief', path: () => '/campaigns/new?demo=1', prepare: (page) => expect(page.getByLabel('Theme')).not.toHaveValue('') },
  {
    name: 'brief-errors',
    path: () => '/campaigns/new',
    prepare: async (page) => {
      const startOver = page.getByRole('button', { name: 'Start over' });
      if (await startOver.isVisible()) await startOver.click();
      await page.getByRole('button', { name: 'Generate plan' }).click();
      await expect(page.getByText('Enter a budget.')).toBeVisible();
    },
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
  {
    name: 'scenarios',
    path: (plan) => `${plan}/scenarios`,
    prepare: (page) => expect(page.getByRole('heading', { name: 'Forecast by week' })).toBeVisible(),
  },
  { name: 'calendar', path: (plan) => `${plan}/calendar` },
  { name: 'services', path: () => '/services' },
  {
    name: 'service',
    path: () => '/services',
    prepare: async (page) => {
      await page.getByRole('article').first().getByRole('button').click();
      await expect(page.getByRole('dialog').getByLabel('Benefits')).toBeVisible();
    },
  },
  { name: 'audiences', path: () => '/services?tab=audiences' },
  {
    name: 'audience-rules',
    path: () => '/services?tab=audiences',
    prepare: async (page) => {
      await page.getByRole('button', { name: 'Add an audience' }).click();
      await page.getByRole('button', { name: 'Add a rule' }).click();
      await expect(page.getByRole('group', { name: 'Rule 1' })).toBeVisible();
    },
  },
  { name: 'customers', path: () => '/services?tab=customers' },
  { name: 'documents', path: () => '/services?tab=documents' },
  { name: 'market', path: () => '/market' },
  {
    name: 'market-signal',
    path: () => '/market',
    prepare: async (page) => {
      await page.getByRole('list', { name: 'Signals' }).getByRole('button').first().click();
      await expect(page.getByRole('heading', { name: 'Why it stands here' })).toBeVisible();
    },
  },
  { name: 'sources', path: () => '/market?tab=sources' },
  {
    name: 'source-new',
    path: () => '/market?tab=sources',
    prepare: async (page) => {
      await page.getByRole('button', { name: 'Add a source' }).first().click();
      await expect(page.getByRole('dialog')).toBeVisible();
    },
  },
  { name: 'connections', path: () => '/connections' },
  {
    name: 'connection-new',
    path: () => '/connections',
    prepare: async (page) => {
      await page.getByRole('button', { name: 'Connect a system' }).click();
      await expect(page.getByRole('dialog')).toBeVisible();
    },
  },
  { name: 'actuals', path: () => '/market?tab=actuals' },
  { name: 'import', path: () => '/import/services' },
  {
    name: 'measurement',
    path: () => '/measurement',
    prepare: (page) => expect(page.getByRole('heading', { name: 'Versions of the model' })).toBeVisible(),
  },
  {
    name: 'measurement-version',
    path: () => '/measurement',
    prepare: async (page) => {
      await page
        .getByRole('link', { name: /^Version \d+$/ })
        .first()
        .click();
      await expect(page.getByRole('heading', { name: 'Past outcome and fit' })).toBeVisible();
    },
  },
  { name: 'decisions', path: () => '/decisions', prepare: (page) => expect(page.getByRole('table')).toBeVisible() },
  {
    name: 'decision',
    path: () => '/decisions',
    prepare: async (page) => {
      await page.getByRole('table').getByRole('link').first().click();
      await expect(page.getByRole('tab', { name: 'Summary' })).toBeVisible();
    },
  },
  {
    name: 'decision-output',
    path: () => '/decisions',
    prepare: async (page) => {
      await page.getByRole('table').getByRole('link').first().click();
      await page.getByRole('tab', { name: 'Output' }).click();
    },
  },
  { name: 'assistant', path: () => '/assistant' },
  {
    name: 'assistant-talk',
    path: () => '/assistant?assistant=insights',
    prepare: async (page) => {
      await page.getByLabel('Your question').fill('Which channel pays back best?');
      await page.keyboard.press('Enter');
      await page.waitForURL(/\/assistant\/./);
      await expect(page.getByText(/^Written by/).first()).toBeVisible();
    },
  },
  { name: 'ai', path: () => '/settings/ai' },
  {
    name: 'ai-provider',
    path: () => '/settings/ai',
    prepare: async (page) => {
      await page.getByRole('button', { name: 'Add a provider' }).click();
      await expect(page.getByRole('dialog')).toBeVisible();
    },
  },
  { name: 'search-settings', path: () => '/settings/search' },
  { name: 'limits', path: () => '/settings/limits' },
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

for (const place of PLACES) {
  test(`${place.name} is accessible, light and dark, wide and narrow`, async ({ page, plan }) => {
    const errors: string[] = [];
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
    page.on('pageerror', (error) => errors.push(String(error)));
    await place.before?.(page);
    await page.goto(place.path(plan));
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    if (!place.before) await page.waitForLoadState('networkidle');
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
