import { expect, test } from './session';

test('a question about a plan is answered with sources, and a change is a draft that a person accepts', async ({ page, plan }) => {
  await page.goto(`${plan}/budget`);
  await page.getByRole('link', { name: 'Ask', exact: true }).click();
  const question = `Which channel gets the most, and why? ${Date.now()}`;
  await page.getByLabel('Your question').fill(question);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/assistant\/[0-9a-f-]{36}/);
  await expect(page.getByRole('list', { name: 'Sources' }).first()).toBeVisible();

  await page.getByLabel('Your question').fill('What if we cut the budget by 15 %?');
  await page.getByRole('button', { name: 'Ask', exact: true }).click();
  const draft = page.getByRole('article').last();
  await expect(draft.getByText('Waits for you')).toBeVisible();
  await draft.getByRole('button', { name: 'Accept' }).click();
  await expect(draft.getByText('Accepted')).toBeVisible();
  await draft.getByRole('link', { name: 'Open it' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();

  await page.goto('/assistant');
  await page.getByRole('navigation', { name: 'Conversations' }).getByRole('link', { name: question }).click();
  await expect(page.getByText('What if we cut the budget by 15 %?').first()).toBeVisible();
  await page.getByRole('button', { name: 'Delete this conversation' }).click();
  await expect(page).toHaveURL(/\/assistant$/);
});
