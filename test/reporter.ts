import type { Reporter, TestModule } from "vitest/node";

/** Ends a run with one line that any CI can read: `N passed, N failed, N skipped`. */
export class Count implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    const tally = { passed: 0, failed: unhandled.length, skipped: 0, pending: 0 };
    for (const module of modules) {
      // A module that does not load has no tests to fail: it counts itself.
      tally.failed += module.errors().length;
      for (const test of module.children.allTests()) tally[test.result().state] += 1;
    }
    const { passed, failed, skipped, pending } = tally;
    // After the default reporter's own summary, so that this stays the last line.
    setImmediate(() => process.stdout.write(`\n${passed} passed, ${failed} failed, ${skipped + pending} skipped\n`));
  }
}
