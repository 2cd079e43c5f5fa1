// Prints how long the page's re-optimisation takes: 20 channels, tables of 257 and 1025 knots. A figure, not a test.
import { join } from 'node:path';
import { build } from 'vite';

const CHANNELS = 20;
const TURNS = 300;
const MOST = 5_000_000;

// Bundled as the page has it: modules loaded one by one would be measured instead.
const { output } = await build({
  root: join(import.meta.dirname, '..'),
  configFile: false,
  logLevel: 'error',
  build: {
    write: false,
    minify: false,
    ssr: 'src/lib/allocation/search.ts',
    target: 'es2023',
    rolldownOptions: { preserveEntrySignatures: 'strict' },
  },
});
const { best, hold, prepare } = await import(`data:text/javascript,${encodeURIComponent(output[0].code)}`);

/** Hill curves of slopes 0.7 to 3, scales and half effects apart. */
function rows(knots) {
  return Array.from({ length: CHANNELS }, (_, n) => {
    const half = 300_000 + ((n * 7919) % 13) * 90_000;
    const slope = 0.7 + ((n * 31) % 24) / 10;
    const spends = Array.from({ length: knots }, (_, i) => Math.round(MOST * (i / (knots - 1)) ** 2));
    const values = spends.map((spend) => ((50 + 9 * n) * spend ** slope) / (spend ** slope + half ** slope));
    return { spends: Float64Array.from(spends), values: Float64Array.from(values) };
  });
}

function timed(run) {
  const times = Array.from({ length: TURNS }, (_, turn) => {
    const began = performance.now();
    run(turn);
    return performance.now() - began;
  }).sort((a, b) => a - b);
  return `median ${times[TURNS / 2].toFixed(2)} ms, p95 ${times[Math.floor(TURNS * 0.95)].toFixed(2)} ms, max ${times.at(-1).toFixed(2)} ms`;
}

for (const knots of [257, 1025]) {
  const table = rows(knots);
  const lower = table.map(() => 0);
  const upper = table.map(() => MOST);
  const budget = (turn) => 4_000_000 + turn * 130_003;
  const free = prepare(table, lower, upper);
  let held = hold(free, 3, 1);
  console.log(`${CHANNELS} channels, ${knots} knots`);
  console.log(`  new limits (hulls, order, search)  ${timed((turn) => best(prepare(table, lower, upper), budget(turn)))}`);
  console.log(`  new budget (search)                ${timed((turn) => best(free, budget(turn)))}`);
  const drag = (turn) => {
    held = hold(held, 3, 1 + turn * 9_973);
    best(held, 20_000_000);
  };
  console.log(`  a channel dragged (hold, search)   ${timed(drag)}`);
}
