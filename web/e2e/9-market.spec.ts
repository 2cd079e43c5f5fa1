import type { Page } from '@playwright/test';
import { expect, makePlan, test } from './session';

/** A local site with feeds and pages; the only address besides public ones that this server may read. */
const SITE = `http://127.0.0.1:${process.env.NEXUS_SITE_PORT ?? 8721}`;

async function addFeed(page: Page, path: string): Promise<void> {
  // A feed is read once, so each try has an address of its own.
  const address = `${SITE}${path}?try=${test.info().retry}`;
  await page.goto('/market');
  await page.getByRole('button', { name: 'Add news' }).click();
  await page.getByRole('menuitem', { name: 'Add a source' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Address').fill(address);
  await dialog.getByRole('button', { name: 'Look at it' }).click();
  await expect(dialog.getByText(/entries$/)).toBeVisible();
  await dialog.getByRole('button', { name: 'Add it' }).click();
  await expect(dialog).toBeHidden();
  const source = page.getByRole('listitem').filter({ hasText: address });
  await expect(source.getByText('Fresh')).toBeVisible();
}

test('pasted feeds become clustered signals, and a plan that cites them', async ({ page }) => {
  test.slow();
  await addFeed(page, '/feed.xml');
  await addFeed(page, '/wire.xml');

  await page.getByRole('tab', { name: 'Signals' }).click();
  const told = page.getByRole('list', { name: 'Signals' }).getByRole('button', { name: /sources tell it/ });
  await expect(told.first()).toBeVisible();
  await told.first().click();
  const signal = page.getByRole('article');
  await expect(signal.getByRole('heading', { name: 'Why it stands here' })).toBeVisible();
  await expect(signal.getByRole('heading', { name: 'Others tell it, too' })).toBeVisible();
  const title = (await signal.getAttribute('aria-label')) ?? '';

  await signal.getByRole('link', { name: 'Plan from this' }).click();
  await expect(page.getByText(`This plan starts from “${title}”.`)).toBeVisible();
  await expect(page.getByRole('combobox', { name: 'Service', exact: true })).not.toHaveValue('');
  await expect(page.getByLabel('Budget', { exact: true })).not.toHaveValue('');
  await page.getByRole('button', { name: 'Generate plan' }).click();
  await page.waitForURL(/\/campaigns\/[^/]+\/ideas/);
  const citing = page.getByRole('article').filter({ has: page.getByRole('button', { name: `: ${title}` }) });
  await citing
    .first()
    .getByRole('button', { name: /^\d+ sources?$/ })
    .click();
  const drawer = page.getByRole('dialog', { name: 'Evidence' });
  await expect(drawer.getByText(title).first()).toBeVisible();
  await expect(drawer.locator('mark').first()).not.toBeEmpty();
});

test('an idea that was disliked with a reason comes back different, and says why', async ({ page }) => {
  const plan = await makePlan(page, `Disliked ${Date.now()}`);
  await page.goto(`${plan}/ideas`);
  const idea = page.getByRole('article').first();
  const before = (await idea.getAttribute('aria-label')) ?? '';
  await idea.getByRole('button', { name: 'Not a good idea' }).click();
  await page.getByRole('menuitem', { name: 'Wrong tone' }).click();
  await expect(idea.getByRole('button', { name: 'Not a good idea' })).toHaveAttribute('aria-pressed', 'true');
  await idea.getByRole('button', { name: 'Redo' }).click();
  await page.getByRole('menuitem', { name: 'Again' }).click();
  const offered = page.getByRole('article', { name: 'A new version of this idea' });
  await expect(offered.getByText('Waits for you')).toBeVisible();
  await expect(offered.getByRole('list', { name: 'What is different, and why' })).toContainText('tone');
  await offered.getByRole('button', { name: 'Accept' }).click();
  await expect(page.getByRole('article', { name: before, exact: true })).toBeHidden();

  await page.goto('/measurement');
  await expect(page.getByRole('heading', { name: 'What is remembered' })).toBeVisible();
  await expect(page.getByText('Too early to tell')).toBeVisible();
});

test('a signal is dismissed with a reason, and taken back', async ({ page }) => {
  await page.goto('/market');
  const list = page.getByRole('list', { name: 'Signals' });
  await list.getByRole('button').last().click();
  const signal = page.getByRole('article');
  const title = (await signal.getAttribute('aria-label')) ?? '';
  await signal.getByRole('button', { name: 'Dismiss' }).click();
  await page.getByRole('menuitem', { name: 'Not relevant for us' }).click();
  await expect(page.getByText(`“${title}” was dismissed.`)).toBeVisible();
  await expect(list.getByText(title, { exact: true })).toBeHidden();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(list.getByText(title, { exact: true })).toBeVisible();
});

test('a page that may not be read says so, and nothing is kept', async ({ page }) => {
  await page.goto('/market');
  await page.getByRole('button', { name: 'Add news' }).click();
  await page.getByRole('menuitem', { name: 'Paste a link' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Address').fill('http://169.254.169.254/latest/meta-data/');
  await dialog.getByRole('button', { name: 'Read it' }).click();
  await expect(dialog.getByLabel('Address')).toHaveAccessibleDescription(/address/);
});
