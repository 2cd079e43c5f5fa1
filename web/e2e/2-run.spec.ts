import { inspectLooks } from './inspect';
import { expect, test } from './session';

test('a run shows its named steps, survives a refresh and leads to the plan', async ({ page }) => {
  await page.goto('/campaigns/new?demo=1');
  await expect(page.getByLabel('Budget', { exact: true })).not.toHaveValue('');
  await page.getByRole('button', { name: 'Generate plan' }).click();
  await page.waitForURL(/\/runs\//);
  await expect.poll(() => page.getByRole('main').getByRole('listitem').count()).toBeGreaterThanOrEqual(5);
  await page.reload();
  await expect(page.getByText(/^\d+ of \d+ steps$/)).toBeVisible();
  await page.waitForURL(/\/campaigns\/[^/]+\/ideas/);
  await expect(page.getByRole('article').first()).toBeVisible();
});

test('a run can be cancelled, and taken up again', async ({ page }) => {
  await page.goto('/campaigns/new?demo=1');
  await expect(page.getByLabel('Budget', { exact: true })).not.toHaveValue('');
  await page.getByLabel('Theme').fill('Stopped half way');
  await page.getByRole('button', { name: 'Generate plan' }).click();
  await page.waitForURL(/\/runs\//);
  const answer = page.waitForResponse('**/cancel');
  await page.getByRole('button', { name: 'Cancel' }).click();
  expect((await answer).status()).toBe(200);
  await expect(page.getByRole('heading', { name: 'Cancelled' })).toBeVisible();
  await inspectLooks(page, 'run');
  await page.getByRole('button', { name: 'Retry from this step' }).click();
  await page.waitForURL(/\/campaigns\/[^/]+\/ideas/);
});
