/** Starting and ending the analytics stand-in, and what the control API passes on to it. */
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { ROOT, startGroup } from "./group.ts";

/** Starts the stand-in over `data`/analytics; undefined where it cannot run here. The returned function ends it. */
export async function startAnalytics(
  port: number,
  data: string,
  say: (line: string) => void,
): Promise<(() => Promise<void>) | undefined> {
  const args = ["--port", String(port), "--data", join(data, "analytics")];
  const engine = startGroup(join(ROOT, "test", "standins", "analytics.ts"), args, {});
  const lines = engine.child.stdout ? createInterface(engine.child.stdout) : undefined;
  const first = lines && once(lines, "line").then(() => true);
  if (await Promise.race([first, engine.endedByItself.then(() => false)])) {
    void engine.endedByItself.then(() => say(`  the analytics ended by itself: ${engine.lastLines().at(-1) ?? ""}`));
    return () => engine.end("SIGINT");
  }
  await engine.end("SIGKILL");
  const lacking = engine.lastLines().some((line) => line.includes("ChdbPlatformUnsupported"));
  const why = lacking ? "chdb has no package for this platform" : (engine.lastLines().at(-1) ?? "it did not start");
  say(`  no analytics here, everything else works: ${why}`);
  return undefined;
}
