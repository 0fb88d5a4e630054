/** An analyst of one brand after another brand's numbers: by statement, filter, address, kept question and assertion. */
import { createHmac, randomUUID } from "node:crypto";
import { type Answer, read, send } from "../http/client.ts";
import { accessToken } from "../standins/access-token.ts";
import { attacked, patch } from "./attack.ts";
import type { Target } from "./target.ts";
import { tricks } from "./tricks.ts";

const OWN = "tindra";
const OTHER = "marisol";
/** Rows of each brand: no number beyond the attacker's own may come back. */
const ROWS = { [OWN]: 24, [OTHER]: 37, rimal: 55 };
const BY_BRAND = "SELECT blob14 AS who, count() AS n FROM otp_sessions GROUP BY who";

const written = new Set<number>();

/** Finished verifications of every brand, told to the engine as the Worker would; once, since the targets share it. */
async function numbers({ ports, origins }: Target["at"]): Promise<void> {
  if (written.has(ports.analytics)) return;
  const at = Date.now() - 3_600_000;
  const points = Object.entries(ROWS).flatMap(([brand, n]) =>
    Array.from({ length: n }, () => {
      const blobs = Array.from({ length: 20 }, (_, i) => (i === 0 ? "S1" : i === 13 ? brand : `${brand}-${i + 1}`));
      const doubles = Array.from({ length: 20 }, (_, i) => (i === 0 ? Math.floor(at / 1000) : 1));
      return { set: "otp_sessions", at, point: { indexes: [`${brand}:NO`], blobs, doubles } };
    }),
  );
  await fetch(`${origins.analytics}/points`, { method: "POST", body: JSON.stringify(points) });
  written.add(ports.analytics);
}

/** Whether an answer holds another brand's name or a number that its own rows cannot make. What was asked may be repeated. */
function leaks({ status, text }: Answer): boolean {
  if (status >= 300) return false;
  const cells = text.startsWith("{") ? JSON.stringify(read<{ data: unknown }>({ text } as Answer).data ?? "") : text;
  const beyond = [...cells.matchAll(/(?<![\w.-])\d+(?![\w.-])/g)].some(
    ([n]) => Number(n) > ROWS[OWN] && Number(n) < 1000,
  );
  return beyond || cells.includes(OTHER) || cells.includes("rimal");
}

async function otherBrand({ at }: Target): Promise<string[]> {
  await numbers(at);
  const { ports, origins } = at;
  const found: string[] = [];
  const { host, origin } = new URL(origins.console);
  const token = (claims: object, nowMs = Date.now()) =>
    accessToken(origins.access, nowMs, { email: `a@${OWN}.example`, groups: [`${OWN}-analysts`], ...claims });
  const own = await token({});
  const other = await token({ email: `a@${OTHER}.example`, groups: [`${OTHER}-analysts`] });
  const period = { from: Math.floor(Date.now() / 1000) - 86_400, to: Math.floor(Date.now() / 1000) + 7200 };
  const ask = (
    body: object | string,
    assertion: string | null = own,
    more: Record<string, string> = {},
    path = "/console/query",
  ) =>
    send(ports.worker, {
      ...{ method: "POST", host, path },
      headers: {
        ...{ origin, "content-type": typeof body === "string" ? "text/plain" : "application/json" },
        ...(assertion !== null && { "cf-access-jwt-assertion": assertion }),
        ...more,
      },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
  const judged = async (trick: string, answer: Promise<Answer>) => {
    const { status, text, headers } = await answer;
    if (leaks({ status, text, headers })) found.push(`${trick}: ${text.slice(0, 300)}`);
    if (status >= 500 && status !== 503) found.push(`${trick}: ${status}`);
  };
  const refused = async (trick: string, answer: Promise<Answer>) => {
    const { status, text } = await answer;
    if (status < 400 || status >= 500) found.push(`${trick}: ${status} ${text.slice(0, 200)}`);
  };
  const named = { question: "outcomes", ...period };

  for (const sql of tricks(OTHER)) {
    await judged(`statement ${sql}`, ask({ sql }));
    await judged(`plain statement ${sql}`, ask(sql));
  }

  const filters: [string, object | string][] = [
    ["brand", { ...named, brand: OTHER }],
    ["two brands", { ...named, brand: `${OWN},${OTHER}` }],
    ["a brand in capitals", { ...named, brand: OTHER.toUpperCase() }],
    ["a brand that ends its text", { ...named, brand: `${OWN}') OR ('1'='1` }],
    ["a list of brands", { ...named, brand: [OTHER] }],
    ["brands", { ...named, brands: OTHER }],
    ["roles", { ...named, roles: { [OTHER]: "admin" } }],
    ["a country that ends its text", { ...named, country: "NO') OR 1 = 1 --" }],
    ["a gateway that ends its text", { ...named, gateway: "x' OR '1'='1" }],
    ["a device that ends its text", { ...named, device: "ios' OR 1=1" }],
    ["a zone that ends its text", { ...named, zone: "UTC' OR 1=1" }],
    ["a question with a path", { ...named, question: "../outcomes" }],
    ["a question of the prototype", { ...named, question: "constructor" }],
    ["a member given twice", JSON.stringify(named).replace("}", `,"brand":"${OTHER}","brand":"${OWN}"}`)],
  ];
  for (const [name, body] of filters) {
    const typed = typeof body === "string" ? ask(body, own, { "content-type": "application/json" }) : ask(body);
    await judged(`filter ${name}`, typed);
  }
  await refused("filter brand, refused", ask({ ...named, brand: OTHER }));
  for (const query of [
    `?brand=${OTHER}`,
    `?sql=${encodeURIComponent(BY_BRAND)}&brand=${OTHER}`,
    `?query=${encodeURIComponent(BY_BRAND)}`,
  ])
    await judged(`address ${query}`, ask(named, own, {}, `/console/query${query}`));
  for (const path of [
    "/console/query/",
    "/console//query",
    "/console/./query",
    `/console/query;brand=${OTHER}`,
    "/CONSOLE/query",
  ])
    await judged(`path ${path}`, ask({ sql: BY_BRAND }, own, {}, path));
  await refused(
    "health of another brand",
    send(ports.worker, { host, path: `/console/health?brand=${OTHER}`, headers: { "cf-access-jwt-assertion": own } }),
  );

  const more = {
    "x-brand": OTHER,
    "x-forwarded-host": `${OTHER}.localhost`,
    "cf-access-authenticated-user-email": "admin@ringfence.example",
    "x-auth-request-groups": "admins",
    forwarded: "for=admin",
  };
  await judged("headers that name somebody else", ask({ sql: BY_BRAND }, own, more));
  const keep = (assertion: string, brands: string) =>
    ask({ title: "t", sql: BY_BRAND, brands }, assertion, {}, "/console/saved");
  const theirs = read<{ id: string }>(await keep(other, OTHER)).id;
  const mine = read<{ id: string }>(await keep(own, OWN)).id;
  await judged("own kept question", ask({ saved: mine, ...period }));
  await refused("another brand's kept question", ask({ saved: theirs, ...period }));
  await refused("a kept question by wildcard", ask({ saved: "sav_%", ...period }));
  await refused("a question kept for another brand", keep(own, OTHER));
  const listed = await send(ports.worker, {
    host,
    path: "/console/saved",
    headers: { "cf-access-jwt-assertion": own },
  });
  if (listed.text.includes(theirs)) found.push("another brand's kept question is listed");
  const change = {
    method: "PUT",
    host,
    path: `/console/saved/${theirs}`,
    headers: { origin, "content-type": "application/json", "cf-access-jwt-assertion": own },
  };
  await refused(
    "another brand's kept question, changed",
    send(ports.worker, { ...change, body: JSON.stringify({ title: "t", sql: BY_BRAND, brands: OWN }) }),
  );
  await refused("another brand's kept question, thrown away", send(ports.worker, { ...change, method: "DELETE" }));

  const admin = { email: "root@ringfence.example", groups: ["admins"] };
  const [head = "", , signature = ""] = own.split(".");
  const [, adminBody = ""] = (await token(admin)).split(".");
  const headed = (header: object) => Buffer.from(JSON.stringify(header)).toString("base64url");
  const { keys } = (await (await fetch(`${origins.access}/cdn-cgi/access/certs`)).json()) as {
    keys: { kid: string; n: string }[];
  };
  const { kid = "", n = "" } = keys[0] ?? {};
  const symmetric = `${headed({ alg: "HS256", kid })}.${adminBody}`;
  const assertions: [string, string | null][] = [
    ["no assertion", null],
    ["an empty one", ""],
    ["one that is over", await token(admin, Date.now() - 2 * 3_600_000)],
    ["one that begins tomorrow", await token({ ...admin, nbf: Math.floor(Date.now() / 1000) + 86_400 })],
    ["one for another application", await token({ ...admin, aud: ["another-console"] })],
    ["one of another team", await token({ ...admin, iss: "https://evil.cloudflareaccess.com" })],
    ["another's claims under my signature", `${head}.${adminBody}.${signature}`],
    ["no signature", `${head}.${adminBody}.`],
    ["alg none", `${headed({ alg: "none", kid })}.${adminBody}.`],
    ["alg none in capitals", `${headed({ alg: "NONE", kid })}.${adminBody}.${signature}`],
    ["HS256 with the public key", `${symmetric}.${createHmac("sha256", n).update(symmetric).digest("base64url")}`],
    [
      "a key of my own in the header",
      `${headed({ alg: "RS256", kid: "mine", jwk: { kty: "RSA", n, e: "AQAB" } })}.${adminBody}.${signature}`,
    ],
    [
      "a key address of my own",
      `${headed({ alg: "RS256", kid: "mine", jku: `${origins.shop(OWN)}/keys` })}.${adminBody}.${signature}`,
    ],
    ["an unknown key", `${headed({ alg: "RS256", kid: randomUUID() })}.${adminBody}.${signature}`],
    ["two assertions", `${own}, ${head}.${adminBody}.${signature}`],
    ["groups nobody gave rights", await token({ groups: ["__proto__", "constructor", OTHER, `${OTHER}-analyst`] })],
    ["a machine that calls itself a group", await token({ email: "", common_name: "nobody", groups: ["admins"] })],
  ];
  for (const [name, assertion] of assertions) await refused(`assertion: ${name}`, ask({ sql: BY_BRAND }, assertion));
  await refused(
    "an assertion as cookie",
    ask({ sql: BY_BRAND }, null, { cookie: `CF_Authorization=${await token(admin)}` }),
  );
  await refused(
    "an assertion as bearer",
    ask({ sql: BY_BRAND }, null, { authorization: `Bearer ${await token(admin)}` }),
  );
  await refused("another site's page", ask({ sql: BY_BRAND }, own, { origin: "https://evil.example" }));

  const elsewhere = (at: string, path: string, headers: Record<string, string>) =>
    send(ports.worker, {
      method: "POST",
      host: at,
      path,
      headers: { ...headers, ...{ "content-type": "application/json" } },
      body: JSON.stringify({ sql: BY_BRAND }),
    });
  const bearer = { authorization: `Bearer ${at.key(OWN)}` };
  const api = new URL(origins.api).host;
  await judged("the order system's key", elsewhere(api, "/v1/analytics/query", bearer));
  await judged(
    "the order system's key for another brand",
    elsewhere(api, `/v1/analytics/query?brand=${OTHER}`, bearer),
  );
  await refused("the console on the API host", elsewhere(api, "/console/query", { "cf-access-jwt-assertion": own }));
  await refused(
    "the console on a brand's host",
    elsewhere(new URL(origins.brand(OTHER)).host, "/console/query", { "cf-access-jwt-assertion": own }),
  );
  await refused("an order system's key at the console", elsewhere(host, "/console/query", { ...bearer, origin }));

  // That there was something to be had, and that its own are given out.
  const answer = await ask({ sql: BY_BRAND });
  if (!answer.text.includes(`{"who":"${OWN}","n":${ROWS[OWN]}}`))
    found.push(`own rows are not told: ${answer.text.slice(0, 300)}`);
  const all = await ask({ sql: BY_BRAND }, await token(admin));
  if (!all.text.includes(`{"who":"${OTHER}","n":${ROWS[OTHER]}}`))
    found.push(`the rows are not there: ${all.text.slice(0, 300)}`);
  return found;
}

attacked("asking for another brand's numbers", otherBrand, [
  {
    name: "an OR is printed without its parentheses",
    patches: [patch("worker/analytics/dialectprint.ts", "return binding < least ?", "return false ?")],
    shows: /^statement .* OR 1 = 1 .*marisol/m,
  },
  {
    name: "the brand of a filter is not compared with the reader's",
    patches: [patch("worker/routes/asking.ts", "brands.every((brand) => Object.hasOwn(roles, brand)) ?", "brands ?")],
    shows: /^filter brand: .*marisol/m,
  },
  {
    name: "kept questions are everybody's",
    patches: [patch("worker/analytics/saved.ts", "`(owner = ?${", "`(1 = 1 OR owner = ?${")],
    shows: /another brand's kept question/,
  },
  {
    name: "assertions are not verified",
    patches: [patch("worker/analytics/access.ts", "if (!key || !(await", "if (!key || false && !(await")],
    shows: /^assertion: another's claims under my signature: 200/m,
  },
]);
