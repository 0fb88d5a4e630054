/** The Chromium of the tests, the page bench and the brand previews: a package, so that nothing has to be installed. */
import { mkdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import unpacked from "@sparticuz/chromium";
import { type Browser, chromium } from "playwright-core";

const ARGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Starts it with `more` arguments; whoever starts it ends it. */
export async function launchChromium(more: readonly string[] = []): Promise<Browser> {
  return chromium.launch({ executablePath: await executable(), args: [...ARGS, ...more] });
}

/** Where it is: `CHROME`, or the packed one, unpacked once per version (an older one would be used again). */
async function executable(): Promise<string> {
  if (process.env.CHROME) return process.env.CHROME;
  const manifest = new URL("../node_modules/@sparticuz/chromium/package.json", import.meta.url);
  const { version } = JSON.parse(readFileSync(manifest, "utf8")) as { version: string };
  const before = process.env.TMPDIR;
  process.env.TMPDIR = join(tmpdir(), `ringfence-chromium-${version}`);
  mkdirSync(process.env.TMPDIR, { recursive: true });
  const path = await unpacked.executablePath();
  if (before === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = before;
  return path;
}
