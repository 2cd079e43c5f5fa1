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

  const last = page.getByRole('article').last();
  const before = await last.getAttribute('aria-label');
  await last.getByRole('button', { name: 'Redo' }).click();
  await page.getByRole('menuitem', { name: 'With my note…' }).click();
  await page.getByLabel('What should be different?').fill('Speak to agencies');
  await page.getByRole('dialog').getByRole('button', { name: 'Redo' }).click();
  await expect(page).toHaveURL(/run=/);
  await expect(page.getByRole('article').last()).not.toHaveAttribute('aria-label', before ?? '', { timeout: 60_000 });
  await expect(page.getByRole('article', { name: 'Edited by a person' })).toBeVisible();
});
