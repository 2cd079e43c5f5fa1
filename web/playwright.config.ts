import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from '@playwright/test';

const port = Number(process.env.NEXUS_PORT ?? 8719);
const given = process.env.NEXUS_URL;
const modelPort = Number(process.env.NEXUS_MODEL_PORT ?? 8720);
const sitePort = Number(process.env.NEXUS_SITE_PORT ?? 8721);
const crmPort = Number(process.env.NEXUS_CRM_PORT ?? 8722);
const python = process.env.PYTHON ?? '.venv/bin/python';

/** Milliseconds until a page has done what was asked of it, or never will. */
const PATIENCE = 90_000;

const FIRST = /1-first-plan\.spec\.ts$/;
const PLANS = /(2-run|3-ideas|4-budget|9-calendar|9-compare|9-scenarios)\.spec\.ts$/;
const LOOKS = /8-pages\.spec\.ts$/;
const MODELS = /(9-measurement|99-models)\.spec\.ts$/;

/** The journeys run against the real server with the rules provider, a local model server, a local site and a local customer system, in a data folder of their own. */
export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results',
  // One server and one account, which the first journey sets up. After it, what stays inside a plan of its own, what
  // changes the workspace and what looks at pages go on side by side, signed in for themselves; what changes how all
  // plans are made comes last. More of them than cores, since a browser mostly waits for the server, and it for us.
  workers: 3,
  fullyParallel: false,
  projects: [
    { name: 'first', testMatch: FIRST },
    { name: 'plans', testMatch: PLANS, dependencies: ['first'], workers: 1 },
    { name: 'journeys', testIgnore: [FIRST, PLANS, LOOKS, MODELS], dependencies: ['first'], workers: 1 },
    // The longest, and in any order: one worker from the beginning, another as soon as one is free.
    { name: 'looks', testMatch: LOOKS, dependencies: ['first'], fullyParallel: true, workers: 2 },
    { name: 'models', testMatch: MODELS, dependencies: ['plans', 'journeys', 'looks'], workers: 1 },
  ],
  // Long enough for a machine that does eight other things: a journey fails by what it sees, not by when.
  timeout: 480_000,
  // What fails once and then does not is told as such at the end.
  retries: 1,
  expect: { timeout: PATIENCE },
  reporter: [['list'], ['./e2e/failures.ts']],
  use: {
    baseURL: given ?? `http://127.0.0.1:${port}`,
    viewport: { width: 1360, height: 900 },
    locale: 'en-US',
    contextOptions: { reducedMotion: 'reduce' },
    // A trace costs as much as the journey: `scripts/journeys.py --trace on` records one.
    trace: 'off',
    screenshot: 'only-on-failure',
    actionTimeout: PATIENCE,
    navigationTimeout: PATIENCE,
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
  ...(!given && {
    webServer: [
      {
        // What a model provider would answer, spoken by a local server.
        command: `${python} -m tests.fakes.wire --port ${modelPort} --pace 0.02`,
        cwd: '..',
        port: modelPort,
      },
      {
        // Feeds, an article and a product to read facts from.
        command: `${python} -m tests.fakes.site --port ${sitePort}`,
        cwd: '..',
        port: sitePort,
      },
      {
        // Customers, companies and deals in the words of HubSpot and Salesforce.
        command: `${python} -m tests.fakes.crm --port ${crmPort} --contacts 60 --companies 12 --deals 15`,
        cwd: '..',
        port: crmPort,
      },
      {
        // The product itself; only this way of starting it lets it call the local servers.
        command: `${python} -m tests.fakes.serve --port ${port} --site ${sitePort} --crm ${crmPort}`,
        cwd: '..',
        url: `http://127.0.0.1:${port}/ready`,
        timeout: 180_000,
        gracefulShutdown: { signal: 'SIGTERM', timeout: 20_000 },
        env: {
          ...process.env,
          NEXUS_HOME: process.env.NEXUS_HOME ?? mkdtempSync(join(tmpdir(), 'nexus-e2e-')),
          // A run that is over at once can be neither watched nor cancelled.
          NEXUS_STEP_DELAY_SECONDS: '0.2',
          // All journeys are one person at one address, who is faster than a person.
          NEXUS_RATE_LIMITS__READS: '6000',
          NEXUS_RATE_LIMITS__WRITES: '1000',
          NEXUS_RATE_LIMITS__GENERATIONS: '100',
          NEXUS_RATE_LIMITS__SIGN_INS: '100',
        },
      },
    ],
  }),
});
