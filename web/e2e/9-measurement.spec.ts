import { expect, test } from './session';

test('a brand is fitted, a lift test is added and taken back, and a version is looked at', async ({ page }) => {
  await page.goto('/measurement');
  await expect(page.getByRole('heading', { level: 1, name: 'Measurement' })).toBeVisible();
  await page.getByRole('button', { name: 'Fit again' }).click();
  await expect(page.getByRole('heading', { name: 'Done' })).toBeVisible();
  await expect(page.getByRole('table').getByText('Measured').first()).toBeVisible();

  await page.getByRole('button', { name: 'Add experiment result' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add experiment result' });
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog.getByText('Fill this in.').first()).toBeVisible();
  await dialog.getByRole('combobox', { name: 'Channel' }).click();
  await page.getByRole('option', { name: 'Search', exact: true }).click();
  await dialog.getByLabel('First day').fill('2026-05-04');
  await dialog.getByLabel('Last day').fill('2026-05-31');
  await dialog.getByLabel('Outcome it added').fill('20000');
  await dialog.getByLabel('Low end').fill('25000');
  await dialog.getByLabel('High end').fill('26000');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog.getByRole('alert')).toBeVisible();
  await dialog.getByLabel('Low end').fill('15000');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByText('The model is older than the data')).toBeVisible();
  await page.getByRole('button', { name: 'Delete the experiment on Search' }).click();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByRole('button', { name: 'Delete the experiment on Search' })).toBeVisible();
  await page.getByRole('button', { name: 'Delete the experiment on Search' }).click();
  await expect(page.getByText('The result of a lift test calibrates the next fit.')).toBeVisible();

  await page
    .getByRole('link', { name: /^Version \d+$/ })
    .last()
    .click();
  await expect(page.getByRole('img', { name: 'Past outcome and fit' })).toBeVisible();
  const [report] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Report' }).click()]);
  expect(report.suggestedFilename()).toMatch(/^model-\d+\.html$/);
});
