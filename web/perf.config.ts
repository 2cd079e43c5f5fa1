import { defineConfig } from '@playwright/test';
import base from './playwright.config';

/** Measurements in a real browser: figures to read, not checks. `python scripts/journeys.py --config perf.config.ts` */
export default defineConfig({ ...base, testDir: 'perf', projects: [{ name: 'perf' }], timeout: 600_000 });
