import { expect, test } from '@playwright/test';
import { inspectLooks } from './inspect';
import { PERSON } from './session';

test('a fresh server leads to a first plan in six actions', async ({ page }) => {
  const setup = await (await page.request.get('/api/v1/setup')).json();
  test.skip(!setup.needed, 'The given server is not fresh.');
  await page.goto('/');
  await expect(page).toHaveURL(/\/setup$/);
  await inspectLooks(page, 'setup');
  await page.goto('/');
  const start = Date.now();
  let actions = 0;
  const act = async (action: Promise<void>) => {
    actions += 1;
    await action;
  };
  await act(page.getByLabel('Name').fill(PERSON.name));
  await act(page.getByLabel('E-mail').fill(PERSON.email));
  await act(page.getByLabel('Password', { exact: true }).fill(PERSON.password));
  await act(page.getByRole('button', { name: 'Create account' }).click());
  await act(page.getByRole('button', { name: 'Explore with demo data' }).click());
  await expect(page.getByLabel('Budget', { exact: true })).not.toHaveValue('');
  await act(page.getByRole('button', { name: 'Generate plan' }).click());
  await page.waitForURL(/\/campaigns\/[^/]+\/ideas/);
  await expect(page.getByRole('article').first()).toBeVisible();
  const seconds = (Date.now() - start) / 1000;
  test.info().annotations.push({ type: 'first plan', description: `${seconds.toFixed(1)} s, ${actions} actions` });
  expect(actions).toBeLessThanOrEqual(6);
  expect(await page.getByRole('article').count()).toBeGreaterThanOrEqual(3);

  await page.getByRole('tab', { name: 'Budget' }).click();
  await expect(page.getByText(/within 0\.\d+% of the best possible plan/)).toBeVisible();
});
