import { expect, test } from './session';

test('palette, shortcuts and tabs work by keyboard alone', async ({ page, plan }) => {
  await page.goto('/');
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused();
  await page.keyboard.press('g');
  await page.keyboard.press('c');
  await expect(page).toHaveURL(/\/campaigns$/);
  await page.keyboard.press('Control+k');
  await page.getByPlaceholder(/Search records and commands/).fill('Shared');
  await expect(
    page
      .getByRole('button', { name: /Shared plan/ })
      .or(page.getByRole('option', { name: /Shared plan/ }))
      .first(),
  ).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(new RegExp(plan));
  await page.keyboard.press('2');
  await expect(page).toHaveURL(/\/budget/);
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('c');
  await expect(page).toHaveURL(/\/campaigns\/new/);
});

test('a campaign is found, deleted and brought back', async ({ page, plan }) => {
  await page.goto('/campaigns?q=Shared');
  const row = page.getByRole('row', { name: /Shared plan/ });
  await expect(row).toHaveCount(1);
  await row.getByRole('button', { name: 'Actions for Shared plan' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await expect(row).toHaveCount(0);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(row).toHaveCount(1);
  await page.goto(`${plan}/budget`);
  await expect(page.getByRole('heading', { level: 1, name: 'Shared plan' })).toBeVisible();
});
