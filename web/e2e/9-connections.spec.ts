import { expect, test } from './session';

test('a customer system is connected, looked at, synced, and its customers are there', async ({ page }) => {
  await page.goto('/connections');
  await page.getByRole('button', { name: 'Connect a system' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Go on' }).click();
  await page.waitForURL(/\/connections\/[^/]+$/);

  const signIn = page.getByRole('region', { name: '1. Sign in' });
  await signIn.getByLabel('Token', { exact: true }).fill('not-a-token');
  await signIn.getByRole('button', { name: 'Save' }).click();
  await expect(signIn.getByRole('alert')).toContainText('does not take this token');
  await signIn.getByLabel('Token', { exact: true }).fill('pat-local-0001');
  await signIn.getByRole('button', { name: 'Save' }).click();
  await expect(signIn.getByText(/^Signed in/)).toBeVisible();

  const fields = page.getByRole('region', { name: '2. Fields' });
  await fields.getByRole('button', { name: 'Look at 20 rows' }).click();
  await expect(fields.getByText('20 rows as they would be read')).toBeVisible();
  await fields.getByRole('tab', { name: 'Deals' }).click();
  await expect(fields.getByRole('cell', { name: /^[€$][\d,.]+$/ }).first()).toBeVisible();

  const sync = page.getByRole('region', { name: '3. Sync' });
  await sync.getByRole('button', { name: 'Sync now' }).click();
  await expect(sync.getByRole('heading', { name: 'Done' })).toBeVisible();
  await expect(sync.getByText(/^87 new ·/)).toBeVisible();

  await page.goto('/services?tab=customers&list=companies');
  await expect(page.getByRole('table').getByRole('row')).not.toHaveCount(1);
});
