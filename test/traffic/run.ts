/** `npm run traffic`: lets a believable fortnight happen on the running local system, and writes down what was true. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { API_KEYS, BRANDS } from "../standins/secrets.ts";
import { client } from "./client.ts";
import { drive, type Progress } from "./drive.ts";
import { type Plan, PROFILES } from "./stories.ts";
import { truth } from "./truth.ts";

const HELP = `npm run traffic -- [options]      (npm start must be running)
  --seed N        same seed, same stories              (1)
  --sessions N    verifications                        (2000)
  --days N        over so many days                    (14)
  --profile P     ${PROFILES.join(" | ")}   (ordinary)
  --control URL   the system's control API             (http://127.0.0.1:8790)
  --out FILE      where the truth goes                 (.ringfence/traffic/truth.json)`;

const DAY = 86_400;
const root = fileURLToPath(new URL("../..", import.meta.url));

async function main() {
  const { values } = parseArgs({
    options: {
      seed: { type: "string", default: "1" },
      sessions: { type: "string", default: "2000" },
      days: { type: "string", default: "14" },
      profile: { type: "string", default: "ordinary" },
      control: { type: "string", default: "http://127.0.0.1:8790" },
      out: { type: "string", default: join(root, ".ringfence", "traffic", "truth.json") },
      help: { type: "boolean", default: false },
    },
  });
  const [seed, sessions, days] = [values.seed, values.sessions, values.days].map(Number) as [number, number, number];
  const profile = PROFILES.find((known) => known === values.profile);
  const whole = [seed, sessions, days].every((n) => Number.isSafeInteger(n) && n > 0);
  if (values.help || !profile || !whole) return console.log(HELP);
  const { from, fresh, note } = await beginning(values.control, days);
  const plan: Plan = { seed, sessions, days, profile, begin: from };
  console.log(`${sessions} verifications over ${days} days, ${profile}, ${note}`);
  const began = performance.now();
  const stop = new AbortController();
  process.once("SIGINT", () => stop.abort("broken off"));
  const { facts, end } = await drive(values.control, plan, bar(), stop.signal);
  if (fresh) await present(values.control);
  const out = resolve(values.out);
  mkdirSync(dirname(out), { recursive: true });
  writeFileSync(out, JSON.stringify(truth(plan, facts, end), null, 1));
  console.log(
    `${facts.length} verifications in ${Math.round((performance.now() - began) / 1000)} s; the truth is in ${out}`,
  );
}

/** A fresh system goes back, so that the days end now; one that has been used can only go on from where it is. */
async function beginning(control: string, days: number): Promise<{ from: number; fresh: boolean; note: string }> {
  const { send, close } = client();
  try {
    const { body: places } = await send<{ api: string }>({ origin: control, path: "/origins" }, 200).catch(() => {
      throw new Error(`no local system answers at ${control}: npm start first, or name it with --control`);
    });
    const { body: clock } = await send<{ now: string }>({ origin: control, path: "/clock" }, 200);
    const told = await Promise.all(
      BRANDS.map((brand) => {
        const headers = { authorization: `Bearer ${API_KEYS[brand]}` };
        return send<{ data: unknown[] }>({ origin: places.api, path: "/v1/events?limit=1", headers }, 200);
      }),
    );
    const fresh = told.every(({ body }) => body.data.length === 0);
    const now = Date.parse(clock.now) / 1000;
    const hour = (at: number) => Math.ceil(at / 3600) * 3600;
    if (!fresh) return { from: hour(now), fresh, note: "from the system's time on" };
    return { from: hour(now - days * DAY) - 3600, fresh, note: "up to now" };
  } finally {
    close();
  }
}

/** The system's clock is ours again, and what the console does each hour is done. */
async function present(control: string): Promise<void> {
  const { send, close } = client();
  await send({ origin: control, path: "/clock", body: { reset: true } }, 200);
  await send({ origin: control, path: "/hourly", body: {} }, 200);
  close();
}

/** A line that fills up; without a terminal, one line for each tenth. */
function bar(): (state: Progress) => void {
  let told = -1;
  return ({ done, of, now }) => {
    const share = done / of;
    const label = `${new Date(now).toISOString().slice(0, 16).replace("T", " ")}  ${done}/${of}`;
    if (process.stdout.isTTY) {
      const full = Math.round(share * 30);
      process.stdout.write(`\r  ${"█".repeat(full)}${"░".repeat(30 - full)}  ${label}${done === of ? "\n" : ""}`);
    } else if (Math.floor(share * 10) > told) {
      told = Math.floor(share * 10);
      console.log(`  ${label}`);
    }
  };
}

main().catch((fault: unknown) => {
  console.error(fault instanceof Error ? fault.message : fault);
  process.exit(1);
});
