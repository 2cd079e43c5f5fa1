import { expect, test } from './session';

const digits = (text: string | null) => Number((text ?? '').replace(/[^\d.]/g, ''));

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
