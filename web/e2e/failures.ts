import type { Reporter, TestCase, TestResult } from '@playwright/test/reporter';

/** Says last, in a few lines each, what failed and where: the end of a long output is what is read. */
export default class Failures implements Reporter {
  private readonly failed = new Map<TestCase, TestResult>();

  onTestEnd(journey: TestCase, result: TestResult): void {
    if (result.status !== journey.expectedStatus && result.status !== 'skipped') this.failed.set(journey, result);
  }

  onEnd(): void {
    for (const [journey, { errors }] of this.failed) {
      const [first] = errors;
      const place = first?.location ? `${first.location.file.split('/').at(-1)}:${first.location.line}` : '';
      const why = plain(first?.message ?? 'without an error')
        .split('\n')
        .slice(0, 12)
        .join('\n');
      process.stdout.write(`\n${journey.outcome() === 'flaky' ? 'Failed once' : 'Failed'}: ${journey.title} (${place})\n${why}\n`);
    }
  }
}

/** Without the colours of a terminal. */
function plain(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with one
  return text.replace(/\u001b\[[\d;]*m/g, '');
}
