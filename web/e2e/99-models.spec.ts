import { expect, makePlan, test } from './session';

/** A local server that speaks the wire format of model providers; see playwright.config.ts. */
const MODEL_SERVER = `http://127.0.0.1:${process.env.NEXUS_MODEL_PORT ?? 8720}/v1`;

// After all others: what they expect of rules, a provider left behind would write.
test.describe.configure({ mode: 'serial' });

test('a provider is set up, tried, and writes a plan that the ledger tells of', async ({ page }) => {
  await page.goto('/settings/ai');
  await page.getByRole('button', { name: 'Add a provider' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add a provider' });
  await dialog.getByText('Compatible server').click();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog.getByText('Give it a name.')).toBeVisible();
  await dialog.getByLabel('Name').fill('desk');
  await dialog.getByLabel('Address').fill(MODEL_SERVER);
  await dialog.getByLabel('Model for usual work').fill('test-model');
  await dialog.getByLabel('Price of input').fill('1');
  await dialog.getByLabel('Price of output').fill('2');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toBeHidden();

  const card = page.getByRole('listitem', { name: 'desk' });
  await card.getByRole('button', { name: 'Set key' }).click();
  await page.getByLabel('Key', { exact: true }).fill('sk-canary-of-the-journeys');
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await expect(card.getByText(/^Key set/)).toBeVisible();
  await page.reload();
  expect(await page.content()).not.toContain('sk-canary-of-the-journeys');
  await card.getByRole('button', { name: 'Test', exact: true }).click();
  await expect(card.getByText(/answered in/)).toBeVisible();

  const plan = await makePlan(page, `Written by a model ${Date.now()}`);
  await page.goto(`${plan}/ideas`);
  await expect(page.getByText(/Written by a model/).first()).toBeVisible();
  await page.getByRole('link', { name: 'Open the decisions' }).click();
  await expect(page.getByText('test-model').first()).toBeVisible();
  await page.getByRole('button', { name: 'Replay from the record' }).click();
  await expect(page.getByText(/same bytes|identical/i)).toBeVisible();
  expect(await page.content()).not.toContain('sk-canary-of-the-journeys');

  await page.goto('/settings/limits');
  await expect(page.getByRole('row', { name: /test-model-answered/ })).toBeVisible();
});

test('a limit stops models, rules go on, and the reason is shown', async ({ page }) => {
  await page.goto('/settings/limits');
  await page.getByLabel('Workspace, per day').fill('0');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText(/of \$0\.00/)).toBeVisible();
  const plan = await makePlan(page, `No money left ${Date.now()}`);
  await page.goto(`${plan}/ideas`);
  await expect(page.getByText(/Rules stood in/).first()).toBeVisible();
});

test('rules only asks nobody, and the provider can be removed', async ({ page }) => {
  await page.goto('/settings/ai');
  await page.getByLabel('Rules only').check();
  await expect(page.getByText('Not asked')).toBeVisible();
  await page.getByRole('listitem', { name: 'desk' }).getByRole('button', { name: 'Remove' }).click();
  await expect(page.getByText('No provider is set up')).toBeVisible();
  await page.reload();
  await expect(page.getByText('No provider is set up')).toBeVisible();
});
