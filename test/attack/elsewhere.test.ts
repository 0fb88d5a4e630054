/** Presses that come from elsewhere, and shoppers who are sent there: another browser, another site, another address. */
import { read, send } from "../http/client.ts";
import { sent } from "../http/step.ts";
import { attacked, findings, patch } from "./attack.ts";
import type { Target } from "./target.ts";

async function elsewhere({ at }: Target): Promise<string[]> {
  const { id, code, visitor, shop, number } = await sent(at);
  const bound = visitor.jar.cookie ?? "";
  const found: string[] = [];
  for (const cookie of ["", `__Host-ringfence=${"A".repeat(43)}`, `ringfence=${bound.split("=")[1]}`]) {
    for (const action of ["start", "resend", "check", "leave"]) {
      const call = visitor.press(action, action === "check" ? { code } : action === "leave" ? { reason: "left" } : {});
      const answer = await send(at.ports.worker, {
        ...call,
        host: visitor.host,
        headers: { ...call.headers, ...(cookie && { cookie }) },
      });
      if (answer.status !== 403) found.push(`${action} from another browser got ${answer.status}`);
    }
    const page = await send(at.ports.worker, {
      path: visitor.path,
      host: visitor.host,
      headers: cookie ? { cookie } : {},
    });
    if (page.text.includes(number.slice(-2)) && /One phone/.test(page.text))
      found.push("another browser sees the order");
  }
  for (const from of [
    { origin: "https://evil.example" },
    { origin: "null" },
    { origin: at.origins.brand("marisol") },
    {},
    { "sec-fetch-site": "cross-site" },
  ]) {
    const { headers, ...call } = visitor.press("check", { code });
    const { origin: _, ...rest } = headers ?? {};
    const answer = await send(at.ports.worker, {
      ...call,
      host: visitor.host,
      headers: { ...rest, ...(from as Record<string, string>), cookie: bound },
    });
    if (answer.status !== 403) found.push(`a press of ${JSON.stringify(from)} got ${answer.status}`);
  }
  const { status, attempts } = await shop.view(id);
  return [...found, ...findings([status !== "sent" || attempts !== 0, `from elsewhere it was made ${status}`])];
}

attacked("pressing from another browser or another site", elsewhere, [
  {
    name: "any browser may press",
    patches: [
      patch(
        "worker/verification/admission.ts",
        "enter && browser === null : !same(r.browser, browser)",
        "enter && browser === null : r.brand === browser",
      ),
    ],
    shows: /(?:check|start) from another browser got 200/,
  },
  {
    name: "the origin of a press is not compared",
    patches: [patch("worker/routes/hosts.ts", ": said === origin;", ": true;")],
    shows: /a press of \{"origin":"https:\/\/evil\.example"\} got 200/,
  },
  {
    name: "no origin at all is our own",
    patches: [patch("worker/routes/hosts.ts", '=== "same-origin" :', '!== "cross-site" :')],
    shows: /a press of \{\} got 200/,
  },
]);

async function returnAddresses({ at }: Target): Promise<string[]> {
  const good = at.origins.shop("tindra");
  const host = new URL(good).host;
  const tricks = [
    ...[
      "https://evil.example/",
      `http://evil.example/${good}`,
      `http://evil.example?${good}`,
      `http://evil.example#${good}`,
      `//${host}/`,
    ],
    ...[
      `http://${host}@evil.example/`,
      `http://user:pass@${host}/`,
      `http://@${host}/`,
      `${good}.evil.example/`,
      `${good}0/`,
    ],
    ...[
      `${good}\\@evil.example/`,
      `http:/${host}/`,
      ` ${good}/`,
      `${good}/\n`,
      `ht\ttp://${host}/`,
      `HTTP://${host}/`,
      `https://${host}/`,
    ],
    ...[
      `javascript:alert(1)//${good}`,
      `http://shop.marisol.localhost:${at.ports.shop}/`,
      `http://x${host}/`,
      `${good}/return#x`,
      `${good}/../x`,
    ],
    ...["/return", "", `http://127.0.0.1:${at.ports.shop}/`, `http://shop。tindra。localhost:${at.ports.shop}/`],
  ];
  const { ref } = await at.customer("tindra");
  const body = at.opening("tindra", ref);
  const found: string[] = [];
  for (const address of tricks) {
    for (const member of ["return_url", "cancel_url"]) {
      const answer = await at
        .shop("tindra")
        .post("", { ...body, presentation: { ...body.presentation, [member]: address } });
      if (answer.status !== 422 && answer.status !== 400)
        found.push(`${member} ${JSON.stringify(address)} got ${answer.status}`);
    }
  }
  const right = await at.shop("tindra").post("", body);
  return [
    ...found,
    ...findings([right.status !== 201 || !read<{ url: string }>(right).url, `the right address got ${right.status}`]),
  ];
}

const ADDRESSES = "worker/routes/addresses.ts";
attacked("having a shopper sent elsewhere", returnAddresses, [
  {
    name: "an address only has to begin like the shop's",
    patches: [
      patch(
        ADDRESSES,
        "return plain && brand.returnOrigins.includes(url.origin);",
        "return brand.returnOrigins.some((origin) => address.startsWith(origin));",
      ),
    ],
    shows: /@evil\.example\/" got 201/,
  },
  {
    name: "an address only has to contain the shop's",
    patches: [
      patch(
        ADDRESSES,
        "return plain && brand.returnOrigins.includes(url.origin);",
        "return brand.returnOrigins.some((origin) => address.includes(origin));",
      ),
    ],
    shows: /return_url "http:\/\/evil\.example\//,
  },
  {
    name: "what two parsers may read differently is let through",
    patches: [
      patch(
        ADDRESSES,
        "return plain && brand.returnOrigins.includes(url.origin);",
        "return brand.returnOrigins.includes(url.origin);",
      ),
    ],
    shows: /return_url "http:\/\/user:pass@/,
  },
]);
