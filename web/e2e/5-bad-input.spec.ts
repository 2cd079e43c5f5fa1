import { expect, test } from './session';

test('the brief says what is wrong, on the field, and keeps what was typed', async ({ page }) => {
  await page.goto('/campaigns/new?demo=1');
  await expect(page.getByLabel('Budget', { exact: true })).not.toHaveValue('');
  await page.getByLabel('Budget', { exact: true }).fill('-5');
  await page.getByLabel('First day').fill('2027-03-31');
  await page.getByLabel('Last day').fill('2027-01-01');
  await page.getByLabel('Notes').fill('Keep this text');
  await page.getByRole('button', { name: 'Generate plan' }).click();
  await expect(page.getByText('The budget must be more than 0.')).toBeVisible();
  await expect(page.getByText('The last day is before the first.', { exact: false })).toBeVisible();
  await expect(page.getByLabel('Budget', { exact: true })).toBeFocused();
  await expect(page.getByLabel('Notes')).toHaveValue('Keep this text');
  await page.waitForTimeout(1200);
  await page.goto('/campaigns/new');
  await expect(page.getByLabel('Notes')).toHaveValue('Keep this text');
  await page.getByRole('button', { name: 'Start over' }).click();
  await expect(page.getByLabel('Notes')).toHaveValue('');
});

test('limits above the budget come back from the server as words', async ({ page }) => {
  await page.goto('/campaigns/new?demo=1');
  await expect(page.getByLabel('Budget', { exact: true })).not.toHaveValue('');
  await page.getByLabel('Budget', { exact: true }).fill('1000');
  await page.getByRole('button', { name: 'Limits per channel' }).click();
  await page
    .getByLabel(/: at least/)
    .first()
    .fill('5000');
  await page
    .getByLabel(/: at most/)
    .first()
    .fill('4000');
  await page.getByRole('button', { name: 'Generate plan' }).click();
  await expect(page.getByRole('alert').first()).toBeVisible();
  await expect(page).toHaveURL(/campaigns\/new/);
});

test('a file with bad rows is refused whole, with line, column and reason', async ({ page }) => {
  await page.goto('/import/services');
  await expect(page.getByRole('button', { name: 'CSV file' })).toBeEnabled();
  await page.locator('input[type=file]').setInputFiles({
    name: 'services.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from('name,category,price\nZest,Software,10.00\nZone,Software,ten\n'),
  });
  await expect(page.getByText(/2 rows/)).toBeVisible();
  const button = page.getByRole('button', { name: 'Import', exact: true });
  await button.click();
  await expect(page.getByText('Nothing was saved', { exact: true })).toBeVisible();
  await expect(page.getByText(/Line 3, column price/).first()).toBeVisible();
  await page.getByLabel('Skip bad rows').check();
  await button.click();
  await expect(page.getByText(/1 new, 0 replaced, 1 skipped/)).toBeVisible();
});

test('what is not there is said, and the shell stays', async ({ page }) => {
  await page.goto('/campaigns/00000000-0000-4000-8000-000000000000/ideas');
  await expect(page.getByRole('heading', { name: 'Nothing here' })).toBeVisible();
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible();
  await page.goto('/no/such/page');
  await expect(page.getByRole('heading', { name: 'Nothing here' })).toBeVisible();
});
