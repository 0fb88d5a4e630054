/** A bar that is written over, where there is a terminal to do so. */

/** Shows `done` of `of` behind `what`; a pipe gets nothing but the result. */
export function progress(what: string, done: number, of: number): void {
  if (!process.stdout.isTTY) return;
  const filled = Math.round((done / of) * 24);
  const bar = "█".repeat(filled) + "░".repeat(24 - filled);
  process.stdout.write(`\r\x1b[K  ${what.padEnd(12)} ${bar} ${done} of ${of}`);
  if (done === of) process.stdout.write("\r\x1b[K");
}
