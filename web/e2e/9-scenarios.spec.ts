import { expect, makePlan, test } from './session';

test('scenarios are made, described, compared and one becomes the plan', async ({ page }) => {
  const plan = await makePlan(page, `Scenarios ${Date.now()}`);
  await page.goto(`${plan}/scenarios`);
  await page.getByRole('button', { name: '15 % less budget' }).click();
  const table = page.getByRole('region', { name: 'Comparison' });
  await expect(table.getByRole('columnheader', { name: 'Cut 15 %' })).toBeVisible();
  await expect(table.getByText('Baseline', { exact: true })).toBeVisible();

  await page.getByRole('button', { name: 'New scenario' }).click();
  await page.getByRole('menuitem', { name: 'From a description' }).click();
  const dialog = page.getByRole('dialog', { name: 'From a description' });
  await dialog.getByLabel('What should be different?').fill('search at least 10k, make it blue');
  await dialog.getByRole('button', { name: 'Read it' }).click();
  await expect(dialog.getByText(/Not understood, so left out: .*blue/)).toBeVisible();
  await dialog.getByLabel('Name').fill('More search');
  await dialog.getByRole('button', { name: 'Keep this scenario' }).click();
  await expect(table.getByRole('columnheader', { name: 'More search' })).toBeVisible();

  await page.getByRole('textbox', { name: 'By', exact: true }).fill('50');
  await page.getByRole('button', { name: 'Show the effect' }).click();
  await expect(page.getByText('Ask above what a change of costs would do')).toBeHidden();

  await table.getByRole('button', { name: 'Make this the plan' }).first().click();
  await expect(table.getByText('No clear difference').first()).toBeVisible();
  await page.reload();
  await expect(table.getByRole('columnheader', { name: 'More search' })).toBeVisible();
  await table.getByRole('button', { name: 'Delete' }).last().click();
  await expect(table.getByRole('columnheader', { name: 'More search' })).toBeHidden();
});
