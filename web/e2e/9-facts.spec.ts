import { expect, test } from './session';

const SITE = `http://127.0.0.1:${process.env.NEXUS_SITE_PORT ?? 8721}`;

test('a site drafts a service with the words each field was read from', async ({ page }) => {
  await page.goto('/services');
  await page.getByRole('button', { name: 'Read my website' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Address of the site').fill(SITE);
  await dialog.getByRole('button', { name: 'Read it' }).click();
  await expect(dialog.getByText(/^Read as “/).first()).toBeVisible();
  const name = `Drafted ${Date.now()}`;
  await dialog.getByLabel('Name').fill(name);
  await dialog.getByRole('button', { name: 'Keep it' }).click();
  await expect(page.getByRole('dialog', { name })).toBeVisible();
});

test('an uploaded document is read, can be found, and goes again', async ({ page }) => {
  await page.goto('/services?tab=documents');
  const name = `brochure-${Date.now()}.md`;
  const text = '# Brochure\n\nThe marmalade gauge halves the time for stocktaking in small shops.\n';
  await page.locator('input[type=file]').setInputFiles({ name, mimeType: 'text/markdown', buffer: Buffer.from(text) });
  const row = page.getByRole('listitem', { name });
  await expect(row.getByText('Ready to cite')).toBeVisible();
  await page.goto('/campaigns/new?demo=1');
  await expect(page.getByLabel('Budget', { exact: true })).not.toHaveValue('');
  await page.getByLabel('Theme').fill('Marmalade gauge for stocktaking');
  await expect(page.getByText(/halves the time for stocktaking/)).toBeVisible();
  await page.goto('/services?tab=documents');
  await row.getByRole('button', { name: `Delete ${name}` }).click();
  await expect(row).toBeHidden();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(row).toBeVisible();
  await row.getByRole('button', { name: `Delete ${name}` }).click();
  await expect(row).toBeHidden();
});

test('a page named in the brief is read for its service, and what is typed is not left unasked', async ({ page }) => {
  await page.goto('/campaigns/new?demo=1');
  await expect(page.getByLabel('Budget', { exact: true })).not.toHaveValue('');
  const attached = page.getByRole('group', { name: 'Attach files' });
  await attached.getByLabel('Or read a web page').fill(SITE);
  await attached.getByLabel('Or read a web page').press('Enter');
  await expect(attached.getByRole('listitem').getByText('Ready to cite')).toBeVisible({ timeout: 60_000 });
  await page.goto('/services');
  await page.getByRole('button', { name: 'Add a service' }).click();
  await page.getByRole('dialog').getByLabel('Name').fill('Half written');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('heading', { name: 'Leave without saving?' })).toBeVisible();
  await page.getByRole('button', { name: 'Stay' }).click();
  await expect(page.getByLabel('Name')).toHaveValue('Half written');
});

test('a file that cannot be read says why', async ({ page }) => {
  await page.goto('/services?tab=documents');
  const name = `broken-${Date.now()}.pdf`;
  await page.locator('input[type=file]').setInputFiles({ name, mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7\nnothing') });
  const row = page.getByRole('listitem', { name });
  await expect(row.getByText('Not read')).toBeVisible();
  await expect(row.getByRole('status')).not.toBeEmpty();
});

test('an audience by rules counts who is in it while it is written', async ({ page }) => {
  await page.goto('/services?tab=audiences');
  await page.getByRole('button', { name: 'Add an audience' }).click();
  const dialog = page.getByRole('dialog');
  const name = `Large firms ${Date.now()}`;
  await dialog.getByLabel('Name').fill(name);
  await dialog.getByRole('button', { name: 'Add a rule' }).click();
  const rule = dialog.getByRole('group', { name: 'Rule 1' });
  await rule.getByRole('combobox', { name: 'Field' }).click();
  await page.getByRole('option', { name: 'Employees' }).click();
  await rule.getByLabel('Value').fill('50');
  await expect(dialog.getByText(/of .* customers/)).toBeVisible();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('listitem', { name }).getByText('By rules')).toBeVisible();
});

test('a customer is erased for good', async ({ page }) => {
  await page.goto('/services?tab=customers');
  const row = page.getByRole('table').getByRole('row').nth(1);
  const name = (await row.getByRole('cell').first().textContent()) ?? '';
  await row.getByRole('button', { name: `Actions for ${name}` }).click();
  await page.getByRole('menuitem', { name: 'Erase this person…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Reason').fill('Asked for by mail');
  await dialog.getByRole('button', { name: 'Erase', exact: true }).click();
  await expect(dialog.getByText(/^Erased\./)).toBeVisible();
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  await page.getByRole('textbox', { name: 'Search' }).fill(name);
  await expect(page.getByRole('heading', { name: 'No customers' })).toBeVisible();
});
