import { expect, test } from './session';

test('flights are moved by keys and pointer, split, taken back, placed by rules and kept', async ({ page, plan }) => {
  await page.goto(`${plan}/calendar`);
  const grid = page.getByRole('region', { name: 'Flights by week' });
  const bars = grid.getByRole('button');
  await expect(bars.first()).toBeVisible();
  const before = await bars.count();
  const first = bars.first();
  const name = (await first.getAttribute('aria-label')) ?? '';
  await first.focus();
  await page.keyboard.press('Shift+ArrowLeft');
  await expect(first).not.toHaveAttribute('aria-label', name);
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('s');
  await expect(bars).toHaveCount(before + 1);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(bars).toHaveCount(before);

  const box = await first.boundingBox();
  if (!box) throw new Error('The first flight is not shown.');
  const moved = (await first.getAttribute('aria-label')) ?? '';
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2 - 120, box.y + box.height / 2, { steps: 6 });
  await page.mouse.up();
  await expect(first).not.toHaveAttribute('aria-label', moved);

  await first.focus();
  await page.keyboard.press('Enter');
  const details = page.getByRole('dialog');
  await expect(details.getByText('holds all its budget')).toBeVisible();
  await details.getByRole('button', { name: 'Close' }).click();

  await page.getByRole('button', { name: 'Save these weeks' }).click();
  await expect(page.getByRole('button', { name: 'Back to the saved weeks' })).toBeDisabled();
  const kept = (await first.getAttribute('aria-label')) ?? '';
  await page.reload();
  await expect(bars.first()).toHaveAttribute('aria-label', kept);

  await page.getByRole('combobox', { name: 'Place the money' }).click();
  await page.getByRole('option', { name: 'By what it brings' }).click();
  await page.getByRole('button', { name: 'Try it' }).click();
  await expect(page.getByText(/of the best possible plan/)).toBeVisible();
  await page.getByRole('button', { name: 'Save these weeks' }).click();
  await expect(page.getByRole('button', { name: 'Back to the saved weeks' })).toBeDisabled();
  await page.getByRole('button', { name: 'Show as table' }).click();
  await expect(page.getByRole('table')).toBeVisible();
});
