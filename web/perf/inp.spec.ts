import type { CDPSession, Locator, Page } from '@playwright/test';
import { expect, test } from '../e2e/session';

/** How much slower than this machine the reader's is taken to be. */
const SLOWDOWN = 4;
const STEPS = 30;
/** Between steps, as between two moves of a hand. */
const PAUSE_MS = 120;

declare global {
  interface Window {
    waits: { kind: string; ms: number }[];
  }
}

/** Notes for each event how long it takes until the page has painted after it. */
async function watch(page: Page): Promise<void> {
  await page.evaluate(() => {
    window.waits = [];
    for (const kind of ['keydown', 'pointermove', 'pointerdown', 'pointerup'])
      window.addEventListener(
        kind,
        (event) => {
          if (event instanceof PointerEvent && kind === 'pointermove' && event.buttons !== 1) return;
          requestAnimationFrame(() => {
            const { port1, port2 } = new MessageChannel();
            port1.onmessage = () => window.waits.push({ kind, ms: performance.now() - event.timeStamp });
            port2.postMessage(undefined);
          });
        },
        { capture: true },
      );
  });
}

/** Milliseconds the page's main thread has worked; what other programs of this machine do does not count. */
async function worked(devtools: CDPSession): Promise<number> {
  const { metrics } = await devtools.send('Performance.getMetrics');
  return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0) * 1000;
}

async function measure(page: Page, devtools: CDPSession, name: string, move: () => Promise<void>): Promise<void> {
  const before = await worked(devtools);
  await move();
  await page.waitForTimeout(1500);
  const each = (await worked(devtools)) - before;
  const waits = await page.evaluate(() => window.waits.splice(0));
  const sorted = waits.map(({ ms }) => ms).sort((a, b) => a - b);
  const at = (share: number) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0);
  process.stdout.write(`${name.padEnd(16)} ${sorted.length} events: median ${at(0.5)} ms, p75 ${at(0.75)} ms, max ${at(1)} ms;`);
  process.stdout.write(` ${Math.round(each / STEPS)} ms of processor time a step, all that follows included\n`);
  expect(sorted.length).toBeGreaterThanOrEqual(STEPS);
}

async function press(page: Page, handle: Locator): Promise<void> {
  await handle.focus();
  for (let i = 0; i < STEPS; i++) {
    await page.keyboard.press(i % 10 < 5 ? 'ArrowRight' : 'ArrowLeft');
    await page.waitForTimeout(PAUSE_MS);
  }
}

async function drag(page: Page, handle: Locator): Promise<void> {
  await handle.scrollIntoViewIfNeeded();
  const box = await handle.boundingBox();
  if (!box) throw new Error('The handle is not shown.');
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  for (let i = 1; i <= STEPS; i++) {
    await page.mouse.move(x + 3 * i, y);
    await page.waitForTimeout(PAUSE_MS);
  }
  await page.mouse.up();
}

test('how long a channel that is moved keeps its reader waiting', async ({ page, plan }) => {
  await page.goto(`${plan}/budget`);
  const rows = page.getByRole('list', { name: 'Budget by channel' }).getByRole('listitem');
  const slider = rows.first().getByRole('slider');
  const curve = page.getByRole('figure').getByRole('slider');
  await expect(curve).toBeVisible();
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: SLOWDOWN });
  await watch(page);
  process.stdout.write(`${await rows.count()} channels, processor ${SLOWDOWN} times slower, event to next paint\n`);
  await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
  await measure(page, devtools, 'slider, keys', () => press(page, slider));
  await measure(page, devtools, 'slider, pointer', () => drag(page, slider));
  await measure(page, devtools, 'curve, keys', () => press(page, curve));
  await measure(page, devtools, 'curve, pointer', () => drag(page, curve));
});
