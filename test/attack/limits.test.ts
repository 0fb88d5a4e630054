/** More texts and guesses than a verification, a customer or a number may have, however many verifications are opened. */
import { randomUUID } from "node:crypto";
import type { VerificationView } from "../../worker/contract.ts";
import { read, send } from "../http/client.ts";
import { browser, opened, sent } from "../http/step.ts";
import { BRANDS, type BrandId } from "../standins/secrets.ts";
import { attacked, findings, patch } from "./attack.ts";
import { count, fromBrowser, many } from "./burst.ts";
import type { Target } from "./target.ts";

const OBJECT = "worker/verification/verification.ts";
const LIMITS = "worker/budget/limits.ts";
const LEASE = "worker/budget/lease.ts";

async function textsOneByOne({ at, ahead }: Target): Promise<string[]> {
  const { id, number, visitor, shop } = await sent(at);
  await visitor.post("resend"); // at once, long before its time
  const early = await at.texts(number);
  for (let n = 1; n <= 6; n++) {
    await ahead(n * 125_000);
    await visitor.post(n % 2 === 0 ? "start" : "resend");
    await visitor.post("resend");
  }
  const texts = await at.texts(number);
  const { sends } = await shop.view(id);
  return findings(
    [early !== 1, `a resend at once made ${early} texts`],
    [texts !== 3, `one verification sent ${texts} texts`],
    [sends !== texts, `${texts} texts were sent and ${sends} counted`],
  );
}

attacked("asking for texts one after the other", textsOneByOne, [
  {
    name: "sends have no cap",
    patches: [
      patch(
        "worker/verification/record.ts",
        "if (!live(r.status) || r.sends.length >= r.limits.sends)",
        "if (!live(r.status))",
      ),
    ],
    shows: /one verification sent (?:[4-9]|1\d) texts/,
  },
  {
    name: "sends need no wait",
    patches: [patch("worker/verification/sending.ts", "if (now < due) {", "if (now < 0) {")],
    shows: /a resend at once made 2 texts/,
  },
  {
    name: "a text leaves uncounted",
    patches: [
      patch(
        "worker/verification/sending.ts",
        'sends: [...r.sends, { ordinal, press: ask.press, at: now, fate: "reserved" }],',
        "",
      ),
    ],
    shows: /and 0 counted/,
  },
]);

async function textsAtOnce({ at, ahead }: Target): Promise<string[]> {
  const { number, visitor } = await opened(at);
  await visitor.page(); // brings the cookie
  await fromBrowser(
    at,
    visitor,
    many(30, () => visitor.press("start")),
  );
  const first = await at.texts(number);
  await ahead(31_000);
  const presses = many(30, () => visitor.press("resend"));
  const resent = count(await fromBrowser(at, visitor, presses), 200);
  const texts = (await at.texts(number)) - first;
  return findings(
    [first !== 1, `30 starts at once sent ${first} texts`],
    [texts !== 1 || resent !== 1, `30 resends at once sent ${texts} texts`],
  );
}

attacked("asking for texts thirty times at once", textsAtOnce, [
  {
    name: "the object waits between reading and reserving",
    patches: [
      patch(
        OBJECT,
        "(r, now, entering) => {\n        if (!live(r.status)) return ended(r, now);\n        const first",
        "async (r, now, entering) => {\n        await scheduler.wait(50);\n        if (!live(r.status)) return ended(r, now);\n        const first",
      ),
    ],
    shows: /30 starts at once sent (?:[2-9]|\d\d) texts/,
  },
  {
    name: "a second start is a second send",
    patches: [
      patch("worker/verification/sending.ts", '|| (ask.kind === "start" && started)) return', ") return"),
      patch("worker/verification/sending.ts", "if (now < due) {", "if (now < 0) {"),
    ],
    shows: /30 starts at once sent [2-9]|30 starts at once sent \d\d/,
  },
]);

/** Opens up to `tries` orders of one customer of each brand of `brands`, all on one number, and guesses six times in each. */
async function guessed({ at }: Target, brands: readonly BrandId[], tries: number) {
  const { number, ref } = await at.customer(brands[0] ?? "tindra");
  for (const brand of brands)
    await at.control("PUT", `/customers/${brand}/${ref}`, {
      phone_number: number,
      phone_number_verified: true,
      updated_at: 1_600_000_000,
    });
  const links: { brand: BrandId; id: string; url: string }[] = [];
  let refused = 0;
  for (const brand of brands) {
    for (let n = 0; n < tries; n++) {
      const answer = await at.shop(brand).post("", at.opening(brand, ref));
      const { id, url } = read<VerificationView>(answer);
      if (url) links.push({ brand, id, url });
      else refused += answer.headers["retry-after"] === undefined ? 100 : 1;
    }
  }
  let evaluated = 0;
  for (const { brand, id, url } of links) {
    const visitor = browser(at, url);
    await visitor.post("start");
    for (let n = 0; n < 6; n++) await visitor.check(`00000${n}`);
    evaluated += (await at.shop(brand).view(id)).attempts;
  }
  const texts = await at.control<{ code: string | null }[]>("GET", `/messages?number=${number}`);
  const notices = texts.filter(({ code }) => code === null).length;
  return { evaluated, refused, opened: links.length, texts: texts.length, notices };
}

async function oneCustomer(target: Target): Promise<string[]> {
  const { evaluated, refused, opened: open } = await guessed(target, ["tindra"], 4);
  return findings(
    [evaluated > 10, `${evaluated} guesses at one customer were evaluated`],
    [open + refused !== 4, "a refusal for want of budget does not say how long"],
    [evaluated < 10, `only ${evaluated} guesses at one customer were evaluated: the attack itself failed`],
  );
}

attacked("guessing anew in further verifications of one customer", oneCustomer, [
  {
    name: "customers have no cap",
    patches: [patch(LIMITS, "guesses: 10,\n  sends: 6,", "guesses: 1000,\n  sends: 1000,")],
    shows: /15 guesses at one customer/,
  },
  {
    name: "a verification that is still open does not count",
    patches: [patch(LEASE, "const out = total(budget.leases);", "const out = total([]);")],
    shows: /(?:1[1-9]|20) guesses at one customer/,
  },
]);

async function oneNumber(target: Target): Promise<string[]> {
  const { evaluated, texts, notices } = await guessed(target, BRANDS, 2);
  return findings(
    [evaluated > 15, `${evaluated} guesses at one number were evaluated`],
    [texts > 10, `one number got ${texts} texts`],
    [notices > 1, `one number was told ${notices} times of wrong codes`],
    [evaluated < 15, `only ${evaluated} guesses at one number were evaluated: the attack itself failed`],
  );
}

// The packs share no country, so in this target all brands text to Norway.
const TO_NORWAY = [
  patch("worker/brands/packs/marisol.json", '"countries": ["ES", "PT"]', '"countries": ["ES", "PT", "NO"]'),
  patch(
    "worker/brands/packs/rimal.json",
    '"countries": ["AE", "SA", "JO", "EG"]',
    '"countries": ["AE", "SA", "JO", "EG", "NO"]',
  ),
];

attacked(
  "guessing at one number through three brands",
  oneNumber,
  [
    {
      name: "numbers have no cap",
      patches: [patch(LIMITS, "guesses: 15,\n  sends: 10,", "guesses: 1000,\n  sends: 1000,")],
      shows: /(?:2\d|30) guesses at one number/,
    },
    {
      name: "every brand counts for itself",
      patches: [
        patch(
          "worker/routes/open.ts",
          "number: await numberName(c.env, found.number),",
          "number: await numberName(c.env, pack.id + found.number),",
        ),
      ],
      shows: /(?:2\d|30) guesses at one number/,
    },
    {
      name: "every failure is told",
      patches: [patch(LEASE, "if (left <= 0 || spent.some(({ id }) => id === name))", "if (left <= 0)")],
      shows: /one number was told [23] times/,
    },
  ],
  TO_NORWAY,
);

async function spentThenWaited({ at, ahead }: Target): Promise<string[]> {
  const { ref } = await at.customer("tindra");
  const shop = at.shop("tindra");
  const open = async () => read<VerificationView>(await shop.post("", at.opening("tindra", ref)));
  for (const { url } of [await open(), await open()]) {
    const visitor = browser(at, url ?? "");
    await visitor.post("start");
    for (let guess = 0; guess < 5; guess++) await visitor.check(`00000${guess}`);
  }
  // Whether they have told the ledger by now or not: what was leased counts until then as if it had been used.
  const statuses: string[] = [];
  for (const hours of [0, 1, 12, 23]) {
    await ahead(hours * 3_600_000);
    statuses.push((await open()).status);
  }
  return statuses.flatMap((status, i) =>
    findings([status !== "blocked", `after ${[0, 1, 12, 23][i]} h it opens: ${status}`]),
  );
}

attacked("waiting some hours for new guesses", spentThenWaited, [
  {
    name: "the window of a day is half an hour",
    patches: [
      patch(LIMITS, "  window: DAY,\n  guesses: 10,", "  window: minutes(30),\n  guesses: 10,"),
      patch(
        LIMITS,
        "    { failures: 10, wait: hours(1) },\n    ...[15, 20, 25].map((failures) => ({ failures, wait: hours(24) })),",
        "",
      ),
    ],
    shows: /after (?:1|12) h it opens/,
  },
]);

/** Five wrong guesses a day, whatever is answered; what is said on each day, and after an operator has stepped in. */
async function guessedForDays({ at, ahead }: Target): Promise<string[]> {
  const { ref } = await at.customer("tindra");
  const shop = at.shop("tindra");
  const open = () => shop.post("", at.opening("tindra", ref));
  const found: string[] = [];
  for (let day = 0; day < 6; day++) {
    await ahead(day * 25 * HOUR);
    const { id, url, decision } = read<VerificationView>(await open());
    const visitor = browser(at, url ?? "");
    await visitor.post("start");
    for (let guess = 0; guess < 5; guess++) await visitor.check(`00000${guess}`);
    const { attempts } = await shop.view(id);
    const warned = decision.reasons.includes("budget.last_stage");
    found.push(
      ...findings(
        [attempts !== 5, `after ${day * 5} failures in a row ${attempts} guesses were left: the attack itself failed`],
        [
          warned !== (day === 5),
          `after ${day * 5} failures in a row it is ${warned ? "" : "not "}said that one stage is left`,
        ],
      ),
    );
  }
  await ahead(20 * 24 * HOUR);
  const stopped = await open();
  const { status, retry_at } = read<VerificationView & { retry_at?: string | null }>(stopped);
  const headers = { authorization: `Bearer ${at.key("tindra")}`, ...at.json, "idempotency-key": randomUUID() };
  const body = JSON.stringify({ customer: { ref }, reason: "seen in the shop" });
  await send(at.ports.worker, { method: "POST", path: "/v1/customers/unlock", headers, body });
  const lifted = read<VerificationView>(await open()).status;
  return [
    ...found,
    ...findings(
      [status !== "blocked", `two weeks after thirty failures in a row it opens: ${status}`],
      [retry_at !== null || "retry-after" in stopped.headers, `waiting is said to help: ${retry_at}`],
      [lifted !== "created", `after an operator's word it is ${lifted}`],
    ),
  ];
}

const HOUR = 3_600_000;
attacked("guessing at one customer for days", guessedForDays, [
  {
    name: "nothing stops at thirty",
    patches: [patch(LIMITS, "  stop: 30,", "  stop: 1000,")],
    shows: /thirty failures in a row it opens: created/,
  },
  {
    name: "nobody is warned",
    patches: [patch(LIMITS, "LAST_STAGE = 25", "LAST_STAGE = 31")],
    shows: /after 25 failures in a row it is not said/,
  },
]);
