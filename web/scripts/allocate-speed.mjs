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
    ssr: 'src/lib/allocation/planner.ts',
    target: 'es2023',
    rolldownOptions: { preserveEntrySignatures: 'strict' },
  },
});
const { createPlanner } = await import(`data:text/javascript,${encodeURIComponent(output[0].code)}`);

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
  const planner = createPlanner(table);
  console.log(`${CHANNELS} channels, ${knots} knots`);
  console.log(`  new limits         ${timed((turn) => createPlanner(table)({ lower, upper, budget: budget(turn) }))}`);
  console.log(`  new budget         ${timed((turn) => planner({ lower, upper, budget: budget(turn) }))}`);
  const drag = (turn) => {
    const spend = 1 + turn * 9_973;
    planner({ lower: lower.with(3, spend), upper: upper.with(3, spend), budget: 20_000_000 });
  };
  console.log(`  a channel dragged  ${timed(drag)}`);
}
