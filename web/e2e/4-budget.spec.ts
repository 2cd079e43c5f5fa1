import type { Page } from '@playwright/test';
import { inspectLooks } from './inspect';
import { expect, test } from './session';

const digits = (text: string | null) => Number((text ?? '').replace(/[^\d.]/g, ''));

/** What an earlier journey locked would leave nothing to move. */
async function freeAll(page: Page): Promise<void> {
  for (const lock of await page.getByRole('button', { name: /^Let .* move$/ }).all()) await lock.click();
}

test('moving a channel re-optimises the rest, and the plan is saved', async ({ page, plan }) => {
  await page.goto(`${plan}/budget`);
  const rows = page.getByRole('list', { name: 'Budget by channel' }).getByRole('listitem');
  const amounts = async () => Promise.all((await rows.getByRole('textbox').all()).map(async (box) => digits(await box.inputValue())));
  const total = digits(await page.getByLabel('Total budget').inputValue());
  const before = await amounts();
  expect(before.reduce((sum, value) => sum + value, 0)).toBeCloseTo(total, 2);

  const first = rows.first();
  const slider = first.getByRole('slider');
  await slider.focus();
  for (let i = 0; i < 5; i++) await page.keyboard.press('ArrowRight');
  await expect(first.getByRole('button', { name: /Let .* move/ })).toBeVisible();
  await expect.poll(async () => (await amounts()).slice(1).join()).not.toBe(before.slice(1).join());
  await expect.poll(async () => Math.round((await amounts()).reduce((sum, value) => sum + value, 0) * 100)).toBe(Math.round(total * 100));

  const pinned = (await amounts())[0];
  await page.getByRole('button', { name: /Save as version/ }).click();
  await expect(page.getByText(/Saved as version/)).toBeVisible();
  await page.reload();
  await expect.poll(async () => (await amounts())[0]).toBe(pinned);
  await expect(first.getByRole('button', { name: /Let .* move/ })).toBeVisible();
});

test('the curve is moved by keys and by dragging, and undone', async ({ page, plan }) => {
  await page.goto(`${plan}/budget`);
  const handle = page.getByRole('figure').getByRole('slider');
  const now = async () => Number(await handle.getAttribute('aria-valuenow'));
  const start = await now();
  await handle.focus();
  await page.keyboard.press('PageUp');
  await expect.poll(now).toBeGreaterThan(start);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+z');
  await expect.poll(now).toBeCloseTo(start, 0);

  const box = await handle.boundingBox();
  if (!box) throw new Error('The handle is not shown.');
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2 + 60, box.y, { steps: 5 });
  await page.mouse.up();
  await expect.poll(now).toBeGreaterThan(start);
});

test('limits that cannot be met are named', async ({ page, plan }) => {
  await page.goto(`${plan}/budget`);
  const total = digits(await page.getByLabel('Total budget').inputValue());
  const field = page.getByRole('list', { name: 'Budget by channel' }).getByRole('textbox').first();
  await field.fill(String(total * 3));
  await field.press('Enter');
  await expect(page.getByRole('alert').first()).toBeVisible();
  await expect(page.getByRole('button', { name: /Save as version/ })).toBeDisabled();
  await page.getByRole('button', { name: 'Back to the saved plan' }).click();
  await expect(page.getByRole('alert')).toHaveCount(0);
});

test('the page plans by itself while a channel moves, and the server agrees to the cent', async ({ page, plan }) => {
  await page.goto(`${plan}/budget`);
  const rows = page.getByRole('list', { name: 'Budget by channel' }).getByRole('listitem');
  const slider = rows.nth(1).getByRole('slider');
  await expect(slider).toBeVisible();
  await freeAll(page);
  await expect(page.getByText(/within .* of the best possible plan/)).toBeVisible();
  const amounts = async () => Promise.all((await rows.getByRole('textbox').all()).map(async (box) => digits(await box.inputValue())));
  const before = await amounts();
  const asked: string[] = [];
  page.on('request', (request) => request.url().includes('/allocation') && asked.push(request.url()));
  const box = await slider.boundingBox();
  if (!box) throw new Error('The slider is not shown.');
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.down();
  for (let i = 1; i <= 8; i++) {
    await page.mouse.move(box.x + box.width / 2 + 5 * i, box.y);
    await page.waitForTimeout(60);
  }
  await expect.poll(async () => (await amounts()).filter((amount, i) => amount !== before[i]).length).toBeGreaterThan(1);
  expect(asked).toEqual([]);
  const answered = page.waitForResponse((response) => response.url().includes('/allocation/preview'));
  await page.mouse.up();
  const answer: { channels: { budget: { amount: string } }[] } = await (await answered).json();
  const server = answer.channels.map(({ budget }) => Number(budget.amount)).sort();
  await expect.poll(async () => (await amounts()).sort()).toEqual(server);
  await expect(page.getByText(/within .* of the best possible plan/)).toBeVisible();
  await expect(page.getByRole('row', { name: /Saved plan/ })).toBeAttached();

  await page.keyboard.press('Escape');
  await page.getByRole('heading', { level: 1 }).click();
  await page.keyboard.press('r');
  await expect(page.getByRole('button', { name: 'Re-optimise' })).toBeDisabled();
});

test('other goals and groups are divided by the server, and a scenario is kept', async ({ page, plan }) => {
  await page.goto(`${plan}/budget`);
  const rows = page.getByRole('list', { name: 'Budget by channel' }).getByRole('listitem');
  const amounts = async () => Promise.all((await rows.getByRole('textbox').all()).map(async (box) => digits(await box.inputValue())));
  await expect(rows.first()).toBeVisible();
  const total = digits(await page.getByLabel('Total budget').inputValue());
  await page.getByRole('combobox', { name: 'Goal' }).click();
  await page.getByRole('option', { name: 'Least spend for an outcome' }).click();
  const target = page.getByLabel(/Outcome to reach/);
  await target.fill(String(Math.floor(digits(await target.inputValue()) / 2)));
  await target.press('Enter');
  await expect.poll(async () => (await amounts()).reduce((sum, value) => sum + value, 0)).toBeLessThan(total * 0.9);
  await page.getByRole('button', { name: 'Back to the saved plan' }).click();

  await freeAll(page);
  await page.getByRole('button', { name: 'Limit channels together' }).click();
  const dialog = page.getByRole('dialog', { name: 'Limits on several channels together' });
  await dialog.getByRole('button', { name: 'Apply' }).click();
  await expect(dialog.getByText('Give the group a name.')).toBeVisible();
  await dialog.getByRole('textbox', { name: 'Name' }).fill('The first two');
  await dialog.getByRole('combobox', { name: 'Channels' }).click();
  for (const option of [0, 1]) await page.getByRole('option').nth(option).click();
  await page.keyboard.press('Escape');
  await dialog.getByText('% of the total', { exact: true }).click();
  await dialog.getByLabel('At most').fill('10');
  await dialog.getByRole('button', { name: 'Apply' }).click();
  await expect(dialog).toBeHidden();
  await expect
    .poll(async () => (await amounts()).slice(0, 2).reduce((sum, value) => sum + value, 0))
    .toBeLessThanOrEqual(total * 0.1 + 0.01);

  await page.getByRole('button', { name: 'Keep as scenario' }).click();
  await page.getByLabel('Name of the scenario').fill('Less of the first two');
  await page.getByRole('button', { name: 'Keep', exact: true }).click();
  await expect(page.getByText('Kept as scenario “Less of the first two”.')).toBeVisible();
  await inspectLooks(page, 'budget-groups');
});
