import { expect, test } from './session';

test('every mark opens the exact quote of its source', async ({ page, plan }) => {
  await page.goto(`${plan}/ideas`);
  const idea = page.getByRole('article').first();
  const mark = idea.getByRole('button', { name: /^Source \d+/ }).first();
  const number = /Source (\d+)/.exec((await mark.getAttribute('aria-label')) ?? '')?.[1];
  await mark.click();
  const drawer = page.getByRole('dialog', { name: 'Evidence' });
  await expect(drawer.getByText(`[${number}]`).first()).toBeVisible();
  expect((await drawer.locator('mark').first().textContent())?.length).toBeGreaterThan(3);
  await expect(page).toHaveURL(/evidence=/);
  await page.keyboard.press('Escape');
  await expect(drawer).toBeHidden();
  await expect(page).not.toHaveURL(/evidence=/);
});

test('an idea is rated, edited, chosen and redone with a note', async ({ page, plan }) => {
  await page.goto(`${plan}/ideas`);
  const idea = page.getByRole('article').first();
  await idea.getByRole('button', { name: 'Good idea', exact: true }).click();
  await expect(idea.getByRole('button', { name: 'Good idea', exact: true })).toHaveAttribute('aria-pressed', 'true');
  await page.reload();
  await expect(idea.getByRole('button', { name: 'Good idea', exact: true })).toHaveAttribute('aria-pressed', 'true');

  await idea.getByRole('button', { name: 'Edit' }).click();
  await idea.getByLabel('Theme').fill('Edited by a person');
  await idea.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('article', { name: 'Edited by a person' })).toBeVisible();

  const idea2 = page.getByRole('article').nth(1);
  const before = (await idea2.getAttribute('aria-label')) ?? '';
  await idea2.getByRole('button', { name: 'Redo' }).click();
  await page.getByRole('menuitem', { name: 'With my note…' }).click();
  await page.getByLabel('What should be different?').fill('Speak to agencies');
  await page.getByRole('dialog').getByRole('button', { name: 'Redo' }).click();
  await expect(page).toHaveURL(/run=/);
  const offered = page.getByRole('article', { name: 'A new version of this idea' });
  await expect(offered.getByText('Waits for you')).toBeVisible();
  await expect(page.getByRole('article', { name: before })).toBeVisible();
  await expect(offered.locator('ins').first()).toBeVisible();
  await offered.getByRole('button', { name: 'Accept' }).click();
  await expect(page.getByRole('article', { name: before })).toBeHidden();
  await expect(page.getByRole('article', { name: 'Edited by a person' })).toBeVisible();

  await expect(page.getByText('4 ideas')).toBeVisible();
  await page.getByRole('button', { name: /earlier proposal/ }).click();
  await expect(offered.getByText('Accepted')).toBeVisible();
});

test('strategies are written anew beside the old ones, which can be kept', async ({ page, plan }) => {
  await page.goto(`${plan}/ideas`);
  await page.getByRole('button', { name: 'Redo all strategies' }).click();
  await page.getByLabel('What should be different?').fill('shorter');
  await page.getByRole('dialog').getByRole('button', { name: 'Redo' }).click();
  const offered = page.getByRole('article', { name: 'New channel strategies' });
  await expect(offered.getByText('Waits for you')).toBeVisible();
  await offered.getByRole('button', { name: 'Keep old' }).click();
  await expect(offered).toBeHidden();
});

test('the plan is made without a source, and what would change is said', async ({ page, plan }) => {
  await page.goto(`${plan}/ideas`);
  await page.getByRole('button', { name: 'What if this were not known?' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'What if this were not known?' });
  await dialog.getByLabel('Leave out').click();
  await page.getByRole('option').first().click();
  await dialog.getByRole('button', { name: 'Make the plan without it' }).click();
  await expect(dialog.getByRole('status')).toBeVisible();
});
