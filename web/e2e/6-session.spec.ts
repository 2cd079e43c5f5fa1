import { expect, test } from '@playwright/test';
import { signIn } from './session';

test('sign-in leads back, survives a reload, refuses wrong passwords and ends with sign-out', async ({ page }) => {
  await page.goto('/decisions?tab=x');
  await expect(page).toHaveURL(/\/login\?next=/);
  await page.getByLabel('E-mail').fill('maya@example.com');
  await page.getByLabel('Password', { exact: true }).fill('not the password');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  await signIn(page);
  await expect(page).toHaveURL(/\/decisions\?tab=x/);
  await page.reload();
  await expect(page.getByRole('heading', { level: 1, name: 'AI decisions' })).toBeVisible();
  await page.getByRole('button', { name: /account of/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(page).toHaveURL(/\/login/);
  await page.goto('/campaigns');
  await expect(page).toHaveURL(/\/login\?next=/);
});

test('a place outside this site is no place to return to', async ({ page }) => {
  await page.goto('/login?next=//example.com/');
  await signIn(page);
  expect(new URL(page.url()).pathname).toBe('/');
});
