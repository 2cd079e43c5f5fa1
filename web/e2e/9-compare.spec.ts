import { inspectLooks } from './inspect';
import { expect, test } from './session';

test('two ideas are compared side by side by keyboard, also on a phone', async ({ page, plan }) => {
  await page.goto(`${plan}/ideas`);
  const ticks = page.getByRole('checkbox', { name: /^Compare/ });
  await expect(ticks.first()).toBeVisible();
  await ticks.nth(0).focus();
  await page.keyboard.press('Space');
  await expect(page.getByRole('checkbox', { name: 'Compare: choose one more' })).toBeChecked();
  await ticks.nth(1).focus();
  await page.keyboard.press('Space');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: 'Compare the two' }).nth(1)).toBeFocused();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Two ideas side by side' });
  const themes = await page.getByRole('article').evaluateAll((all) => all.slice(0, 2).map((each) => each.getAttribute('aria-label')));
  for (const theme of themes) await expect(dialog.getByRole('cell', { name: theme ?? '', exact: true })).toBeVisible();
  await expect(dialog.getByRole('columnheader', { name: 'Theme Different' })).toBeVisible();
  await expect(dialog.getByText(/only here/).first()).toBeVisible();
  await expect(page).toHaveURL(/compare=/);
  await inspectLooks(page, 'compare');
  await page.reload();
  await expect(dialog).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(page).not.toHaveURL(/compare=/);
});

test('a text written automatically is reported, and those who administer see it', async ({ page, plan }) => {
  await page.goto(`${plan}/ideas`);
  const idea = page.getByRole('article').first();
  const theme = (await idea.getAttribute('aria-label')) ?? '';
  await idea.getByRole('button', { name: 'Report', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Report this text' });
  await dialog.getByRole('radio', { name: 'It says what is not true' }).check();
  const words = `Nobody said so ${Date.now()}`;
  await dialog.getByLabel('In your words').fill(words);
  await dialog.getByRole('button', { name: 'Report it' }).click();
  await expect(dialog).toBeHidden();
  await page.goto('/decisions');
  const report = page.getByRole('region', { name: 'Reported texts' }).getByRole('listitem').filter({ hasText: words });
  await expect(report).toContainText(theme);
  await report.getByRole('link', { name: 'Where it stands' }).click();
  await expect(page).toHaveURL(new RegExp(`${plan}/ideas`));
});

test('a strategy that a person rewords is theirs from then on', async ({ page, plan }) => {
  await page.goto(`${plan}/ideas`);
  const card = page
    .getByRole('article')
    .filter({ has: page.getByText('Written by rules', { exact: true }) })
    .last();
  await card.getByRole('button', { name: 'Edit' }).click();
  const channel = page.getByRole('article').filter({ has: page.getByLabel('What the channel should do') });
  const words = `Be found by those who look ${Date.now()}`;
  await channel.getByLabel('What the channel should do').fill(words);
  await channel.getByRole('button', { name: 'Save' }).click();
  const edited = page.getByRole('article').filter({ hasText: words });
  await expect(edited.getByText('Edited by a person')).toBeVisible();
});
