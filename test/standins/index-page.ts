/** The front page of the local system: what runs, and where to begin. */
import type { Customers } from "./customers.ts";
import { escaped } from "./http.ts";
import { SERVED } from "./secrets.ts";

const CSS = `
*{box-sizing:border-box;margin:0}
:root{color-scheme:light dark;--paper:#f6f5f1;--card:#fff;--ink:#16181d;--soft:#5d6470;--line:#e2e0d8}
@media(prefers-color-scheme:dark){:root{--paper:#111216;--card:#1a1c22;--ink:#f2f2ef;--soft:#a2a8b3;--line:#2b2e36}}
body{font:17px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;background:var(--paper);color:var(--ink);padding:clamp(24px,6vw,72px) clamp(18px,5vw,64px)}
main{max-width:960px;margin:auto}h1{font-size:clamp(34px,6vw,54px);letter-spacing:-.03em;line-height:1.05}
p{color:var(--soft);max-width:56ch;margin-top:12px}h2{font-size:15px;margin:40px 0 12px;color:var(--soft);font-weight:600}
.shops{display:grid;grid-template-columns:repeat(auto-fit,minmax(220px,1fr));gap:14px}
.shop{display:block;text-decoration:none;color:#fff;border-radius:18px;padding:22px;min-height:150px;font-weight:700;font-size:24px;letter-spacing:-.01em}
.shop small{display:block;font-weight:500;font-size:14px;opacity:.9;letter-spacing:0}
.tindra{background:#2b2bff}.marisol{background:#b8431f}.rimal{background:#17603f}
dl{background:var(--card);border:1px solid var(--line);border-radius:18px;overflow:hidden}
dl div{display:flex;flex-wrap:wrap;gap:4px 18px;padding:12px 18px}dl div+div{border-top:1px solid var(--line)}
dt{min-width:130px;font-weight:600}dd{overflow-wrap:anywhere}dd small{color:var(--soft);display:block}
a{color:inherit}:focus-visible{outline:3px solid #2b6bff;outline-offset:3px}`;

const NAMES: Record<string, [name: string, line: string]> = {
  tindra: ["Tindra", "Norway · English, norsk"],
  marisol: ["Marisol", "España · español"],
  rimal: ["Rimal", "الإمارات · العربية, English"],
};

/** The page; `origins` by part, shops as `shop tindra` and so on. */
export function indexPage(origins: Record<string, string>, customers: Customers): string {
  const shop = (brand: string) => {
    const [name, line] = NAMES[brand] ?? [brand, ""];
    return `<a class="shop ${brand}" href="${escaped(origins[`shop ${brand}`] ?? "")}">${name}<small>${line}</small></a>`;
  };
  const plain = (name: string, note: string) =>
    `<div><dt>${name}</dt><dd>${escaped(origins[name] ?? "")}<small>${note}</small></dd></div>`;
  const row = (name: string, path: string, note: string) => {
    const address = `${origins[name] ?? ""}${path}`;
    return `<div><dt>${name}</dt><dd><a href="${escaped(address)}">${escaped(address)}</a><small>${note}</small></dd></div>`;
  };
  const first = SERVED.map((brand) => customers.find(brand, "c1")?.phone_number).join(" · ");
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>Ringfence, on this machine</title><link rel="icon" href="data:,"><style>${CSS}</style>
<main><h1>Ringfence, on this machine</h1>
<p>Buy a phone in one of the shops, go to the checkout, and read the code on the customer's phone. Everything around the Worker stands in for the real thing, over the network.</p>
<h2>Shops</h2><div class="shops">${SERVED.map(shop).join("")}</div>
<h2>The rest</h2><dl>
${row("phone", "/", `all handsets; customer c1 has ${escaped(first)}`)}
${plain("api", "the Worker: what a shop's back end calls")}
${row("control", "/gallery", "every state of the step, in every brand, language and scheme")}
${row("control", "/faults", "faults, clock, messages, customers: test/standins/README.md")}
${plain("gateway", "speaks Twilio's messages API")}
${row("authority", "/tindra/.well-known/openid-configuration", "an OpenID provider per brand")}
</dl></main></html>`;
}
