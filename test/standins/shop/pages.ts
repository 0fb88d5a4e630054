/** The shop's pages as HTML. Pure; every value is escaped. */
import loader from "../../../web/embed/loader.json" with { type: "json" };
import type { VerdictClaims } from "../../../worker/contract.ts";
import { escaped } from "../http.ts";
import { colourName, money, type Shop } from "./catalogue.ts";
import { phoneDrawing } from "./drawing.ts";
import type { Received } from "./hooks.ts";
import { look } from "./looks.ts";
import type { Basket, Line, Order } from "./orders.ts";
import { type Lang, TEXTS, type Texts } from "./texts.ts";

/** Everything a page of one shop needs besides its own content. */
export interface Scene {
  shop: Shop;
  lang: Lang;
  basket: Basket;
  phoneOrigin: string;
  home: string;
  /** The step's origin, in the shop that frames the step. */
  loaderFrom?: string;
}

const NAMES = { tindra: "Tindra", marisol: "Marisol", rimal: "رمال" };
const LANG_NAMES: Record<Lang, string> = { en: "English", nb: "Norsk", es: "Español", ar: "العربية" };

function shell({ shop, lang, basket, phoneOrigin, home }: Scene, title: string, main: string): string {
  const t = TEXTS[lang];
  const count = basket.lines.reduce((sum, { quantity }) => sum + quantity, 0);
  const others = shop.langs.filter((other) => other !== lang);
  return `<!doctype html><html lang="${lang}" dir="${lang === "ar" ? "rtl" : "ltr"}"><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1,viewport-fit=cover">
<title>${escaped(title)} · ${NAMES[shop.brand]}</title><link rel="icon" href="data:,"><style>${look(shop)}</style>
<body class="${shop.brand}"><header class="top"><a class="mark" href="/" aria-label="${NAMES[shop.brand]}">${shop.logo ?? NAMES[shop.brand]}</a><nav>
${others.map((other) => `<a href="/?lang=${other}" lang="${other}">${LANG_NAMES[other]}</a>`).join("")}<a class="bag" href="/basket">${t.basket}<b>${count}</b></a></nav></header>
<main>${main}</main>
<footer dir="ltr" lang="en"><span>A stand-in shop of Ringfence. Nothing is sold here.</span><a href="${escaped(phoneOrigin)}" target="_blank">All phones</a><a href="${escaped(home)}">Local system</a></footer></body></html>`;
}

/** The phone, its colours, its price. */
export function productPage(scene: Scene): string {
  const { shop, lang } = scene;
  const t = TEXTS[lang];
  const [line = "", ...facts] = shop.pitch[lang] ?? [];
  const colours = shop.colours
    .map(
      (c, i) =>
        `<label class="swatch"><input type="radio" name="colour" value="${c.id}" ${i === 0 ? "checked" : ""}><i style="background:${c.hex}"></i><span>${escaped(colourName(c, lang))}</span></label>`,
    )
    .join("");
  const live = shop.colours.map((c) => `.product:has([value=${c.id}]:checked){--body:${c.hex}}`).join("");
  return shell(
    scene,
    shop.product,
    `<style>${live}</style><section class="product"><div class="stage">${phoneDrawing(shop.brand, escaped(shop.product))}</div>
<form class="details" method="post" action="/basket"><h1>${escaped(shop.product)}</h1><p class="lead">${escaped(line)}</p><p class="price"><bdi>${money(shop.price, shop.currency, lang)}</bdi></p>
<fieldset><legend>${t.colour}</legend><div class="swatches">${colours}</div></fieldset><input type="hidden" name="more" value="1"><button>${t.add}</button>
<ul class="facts">${facts.map((fact) => `<li>${escaped(fact)}</li>`).join("")}</ul></form></section>`,
  );
}

function lineRows({ shop, lang }: Scene, lines: Line[], cell: (line: Line) => string): string {
  const row = (line: Line) => {
    const colour = shop.colours.find((c) => c.id === line.colour);
    const name = colour ? colourName(colour, lang) : line.colour;
    return `<li><i class="chip" style="background:${colour?.hex ?? "#888"}"></i><div><strong>${escaped(shop.product)}</strong><span>${escaped(name)}</span></div>${cell(line)}<bdi>${money(line.quantity * shop.price, shop.currency, lang)}</bdi></li>`;
  };
  return `<ul class="lines">${lines.map(row).join("")}</ul>`;
}

function total({ shop, lang }: Scene, amount: number): string {
  return `<p class="total"><span>${TEXTS[lang].total}</span><bdi>${money(amount, shop.currency, lang)}</bdi></p>`;
}

const sum = (lines: Line[], price: number) => lines.reduce((all, { quantity }) => all + quantity * price, 0);

/** What is in the basket; `notice` says why the shopper is back. */
export function basketPage(scene: Scene, notice = ""): string {
  const { shop, lang, basket } = scene;
  const t = TEXTS[lang];
  const said = notice ? `<p class="notice" role="status">${escaped(notice)}</p>` : "";
  if (basket.lines.length === 0) {
    return shell(
      scene,
      t.basket,
      `<section class="card">${said}<h1>${t.basket}</h1><p>${t.empty}</p><a class="button" href="/">${t.browse}</a></section>`,
    );
  }
  const change = ({ colour, quantity }: Line) =>
    `<form method="post" action="/basket"><input type="hidden" name="colour" value="${escaped(colour)}"><label class="quiet">${t.quantity}<input type="number" name="quantity" min="0" max="9" value="${quantity}" inputmode="numeric"></label><button class="small">${t.update}</button></form>`;
  return shell(
    scene,
    t.basket,
    `<section class="card">${said}<h1>${t.basket}</h1>${lineRows(scene, basket.lines, change)}${total(scene, sum(basket.lines, shop.price))}<a class="button" href="/checkout">${t.toCheckout}</a><p class="soft">${t.changed}</p></section>`,
  );
}

const SPECIAL: Record<string, string> = {
  c10: "no number",
  c11: "number not verified",
  c12: "number changed 2 h ago",
  c13: "number changed 50 h ago",
  c14: "premium-rate number",
  c15: "number of another country",
  c16: "number is not a number",
  c17: "no date of change",
  c18: "shares a number with c19",
  c19: "shares a number with c18",
};

function framingScripts(origin: string): string {
  return `<script src="${escaped(origin + loader.file)}" integrity="${escaped(loader.integrity)}" crossorigin="anonymous" defer></script><script src="/checkout.js" defer></script>`;
}

/** Who is signed in, what is ordered; `press` is the idempotency key of the button. */
export function checkoutPage(scene: Scene, press: string): string {
  const { shop, lang, basket, phoneOrigin, loaderFrom } = scene;
  const t = TEXTS[lang];
  const option = (ref: string) =>
    `<option value="${ref}" ${ref === basket.customer ? "selected" : ""}>${ref}${SPECIAL[ref] ? ` · ${SPECIAL[ref]}` : ""}</option>`;
  const refs = Array.from({ length: 400 }, (_, i) => `c${i + 1}`);
  const phone = `${phoneOrigin}/?customer=${shop.brand}/`;
  return shell(
    scene,
    t.checkout,
    `<section class="card"><h1>${t.checkout}</h1><form method="post" action="/checkout"${loaderFrom ? ` data-title="Comprobación de seguridad de ${NAMES[shop.brand]}"` : ""}><input type="hidden" name="press" value="${escaped(press)}">
<div class="demo" dir="ltr" lang="en"><label>Signed in as customer<select name="customer"${loaderFrom ? "" : ` onchange="phone.href=${escaped(JSON.stringify(phone))}+this.value"`}>${refs.map(option).join("")}</select></label><a id="phone" href="${escaped(phone + basket.customer)}" target="_blank">Open this customer’s phone</a></div>
<h2>${t.delivery}</h2><p>${t.address}</p><h2>${t.order}</h2>${lineRows(scene, basket.lines, ({ quantity }) => `<span>× ${quantity}</span>`)}${total(scene, sum(basket.lines, shop.price))}<p class="soft">${t.proof}</p><button>${t.place}</button></form></section>${loaderFrom ? framingScripts(loaderFrom) : ""}`,
  );
}

/** The order went through; the facts of the verdict, and what the webhooks told, are the demo's proof. */
export function acceptedPage(scene: Scene, order: Order, verdict: VerdictClaims, told: readonly Received[]): string {
  const t = TEXTS[scene.lang];
  const facts: [string, string][] = [
    ["verification", verdict.vid],
    ["method", verdict.amr.join(" + ") || "none"],
    ["order in the verdict", `${verdict.txn.order_id}, revision ${verdict.txn.revision}`],
    ["amount in the verdict", `${(verdict.txn.amount / 100).toFixed(2)} ${verdict.txn.currency}`],
    ["attempts, resends", `${verdict.attempts}, ${verdict.resends}`],
    ["code entered by", verdict.entry ?? "none"],
    ["number", `from ${verdict.number.source}, ${verdict.number.age_band}`],
    ["risk", [verdict.risk.band, ...verdict.risk.reasons].join(", ")],
  ];
  const events = told.map(({ type, data }): [string, string] => [type, `webhook ${data.seq}, signature good`]);
  const rows = [...facts, ...events]
    .map(([name, value]) => `<div><dt>${name}</dt><dd>${escaped(value)}</dd></div>`)
    .join("");
  return shell(
    scene,
    t.accepted,
    `<section class="card good"><div class="tick" aria-hidden="true"><svg viewBox="0 0 48 48"><path d="m12 25 9 9 16-20"/></svg></div><h1>${t.accepted}</h1><p>${t.acceptedText}</p><p class="number"><span>${t.orderNumber}</span><strong><bdi>${escaped(order.id)}</bdi></strong></p>${lineRows(scene, order.lines, ({ quantity }) => `<span>× ${quantity}</span>`)}${total(scene, order.amount)}
<details class="proof" dir="ltr" lang="en" open><summary>What the signed verdict says</summary><dl>${rows}</dl></details><a class="button ghost" href="/">${t.shop}</a></section>`,
  );
}

/** A calm no, with a way on. `code` is for whoever watches the demo. */
export function refusedPage(scene: Scene, code: string): string {
  const t = TEXTS[scene.lang];
  const why = reason(t, code);
  return shell(
    scene,
    t.refused,
    `<section class="card"><h1>${t.refused}</h1><p>${why}</p><p class="soft">${t.refusedText}</p><a class="button" href="/checkout">${t.retry}</a><a class="button ghost" href="/basket">${t.back}</a><p class="code" dir="ltr" lang="en">${escaped(code)}</p></section>`,
  );
}

function reason(t: Texts, code: string): string {
  if (code.startsWith("CUSTOMER.")) return t.noNumber;
  return code.includes("EXHAUSTED") || code.includes("budget") ? t.tooMany : "";
}

/** Nothing is known to have happened: the same press, once more. */
export function laterPage(
  scene: Scene,
  again: { press: string } | { verification: string },
  waitS: number,
  code: string,
): string {
  const t = TEXTS[scene.lang];
  const form =
    "press" in again
      ? `<form method="post" action="/checkout"><input type="hidden" name="press" value="${escaped(again.press)}"><input type="hidden" name="customer" value="${escaped(scene.basket.customer)}"><button>${t.retry}</button></form>`
      : `<a class="button" href="/return?verification=${encodeURIComponent(again.verification)}">${t.retry}</a>`;
  return shell(
    scene,
    t.later,
    `<section class="card"><h1>${t.later}</h1><p>${t.laterText}</p>${form}<a class="button ghost" href="/basket">${t.back}</a><p class="code" dir="ltr" lang="en">${escaped(code)} · retry after ${waitS} s</p></section>`,
  );
}

/** A return for a verification this browser did not begin. */
export function unknownPage(scene: Scene): string {
  const t = TEXTS[scene.lang];
  return shell(
    scene,
    t.unknown,
    `<section class="card"><h1>${t.unknown}</h1><p>${t.unknownText}</p><a class="button" href="/basket">${t.back}</a></section>`,
  );
}
