import type { Page } from '@playwright/test';
import { expect, test } from './session';

async function nameOf(page: Page, plan: string): Promise<string> {
  await page.goto(`${plan}/ideas`);
  return page.getByRole('heading', { level: 1, name: /Shared plan/ }).innerText();
}

test('palette, shortcuts and tabs work by keyboard alone', async ({ page, plan }) => {
  const name = await nameOf(page, plan);
  await page.goto('/');
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused();
  await page.keyboard.press('g');
  await page.keyboard.press('c');
  await expect(page).toHaveURL(/\/campaigns$/);
  await page.keyboard.press('Control+k');
  await page.getByPlaceholder(/Search records and commands/).fill(name);
  await expect(page.getByRole('dialog').getByText(name)).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(new RegExp(plan));
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
  await page.keyboard.press('2');
  await expect(page).toHaveURL(/\/budget/);
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('c');
  await expect(page).toHaveURL(/\/campaigns\/new/);
});

test('a campaign is found, deleted and brought back', async ({ page, plan }) => {
  const name = await nameOf(page, plan);
  await page.goto('/campaigns');
  await page.getByLabel('Search campaigns').fill(name);
  await expect(page).toHaveURL(/q=Shared/);
  const row = page.getByRole('row', { name });
  await expect(row).toHaveCount(1);
  await row.getByRole('button', { name: `Actions for ${name}` }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await expect(row).toHaveCount(0);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(row).toHaveCount(1);
  await page.goto(`${plan}/budget`);
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
});
