/** The shops: one telecom web shop per brand, told apart by host name, that knows Ringfence by its public API alone. */
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Clock } from "./clock.ts";
import type { Faults, SeenLog } from "./faults.ts";
import { type Call, json, page, type Served, serve } from "./http.ts";
import { type BrandId, FRAMING, isBrand } from "./secrets.ts";
import { open, type Ringfence, redeem } from "./shop/backend.ts";
import { money, type Shop, shopOf } from "./shop/catalogue.ts";
import { type Hooks, openHooks } from "./shop/hooks.ts";
import { type Basket, type Order, type Orders, openOrders, withLine } from "./shop/orders.ts";
import * as pages from "./shop/pages.ts";
import { type Lang, TEXTS } from "./shop/texts.ts";

interface Parts {
  clock: Clock;
  data: string;
  faults: Faults;
  seen: SeenLog;
  /** Origins of the others, known once every part listens. */
  origins: () => { api: string; phone: string; home: string; step: (brand: BrandId) => string };
}

/** One request of one shopper in one shop. */
interface Visit {
  call: Call;
  form: URLSearchParams;
  orders: Orders;
  hooks: Hooks;
  basket: Basket;
  shop: Shop;
  lang: Lang;
  scene: pages.Scene;
  ringfence: Ringfence;
  origin: string;
  framing: boolean;
  show: (html: string, status?: number) => void;
  go: (address: string) => void;
}

const CHECKOUT = new URL("shop/checkout.js", import.meta.url);

const ROUTES: Record<string, (visit: Visit) => void | Promise<void>> = {
  "GET /": ({ show, scene }) => show(pages.productPage(scene)),
  "GET /basket": ({ show, scene }) => show(pages.basketPage(scene)),
  "POST /basket": changeBasket,
  "GET /checkout": ({ show, go, scene, basket }) =>
    basket.lines.length > 0 ? show(pages.checkoutPage(scene, randomUUID())) : go("/basket"),
  "POST /checkout": checkout,
  "GET /checkout.js": ({ call }) =>
    void call.response.writeHead(200, { "content-type": "text/javascript" }).end(readFileSync(CHECKOUT)),
  "GET /return": returned,
  "GET /cancel": ({ show, scene, lang }) => show(pages.basketPage(scene, TEXTS[lang].canceled)),
};

/** Starts the shops at `shop.{brand}.localhost:{port}`, and the one that frames the step at its own host. */
export function startShop(port: number, { clock, data, faults, seen, origins }: Parts): Promise<Served> {
  const orders = openOrders(data);
  const hooks = openHooks({ data, clock, faults, seen });
  return serve(port, (call) => {
    if (hooks.answer(call)) return;
    const framing = call.url.hostname === FRAMING.host;
    const brand = framing ? FRAMING.brand : (/^shop\.([a-z0-9-]+)\.localhost$/.exec(call.url.hostname)?.[1] ?? "");
    if (!isBrand(brand))
      return page(call.response, "<!doctype html><title>No shop here</title><p>No shop has this address.", 404);
    const order = /^\/api\/orders\/([\w-]+)$/.exec(call.url.pathname)?.[1];
    if (call.url.pathname === "/api/events") return eventsAsJson(call, hooks, brand);
    if (order) return orderAsJson(call, orders.order(order), brand);
    const route = ROUTES[`${call.method} ${call.url.pathname}`];
    const { api, phone, home, step } = origins();
    const shop = shopOf(brand);
    const cookies = new Map(
      (call.headers.cookie ?? "").split(/; */).map((pair) => pair.split("=") as [string, string]),
    );
    const lang =
      shop.langs.find((l) => l === call.url.searchParams.get("lang")) ??
      shop.langs.find((l) => l === cookies.get("lang")) ??
      shop.langs[0];
    const basket = orders.basket(cookies.get("basket"), brand);
    const scene = { shop, lang, basket, phoneOrigin: phone, home, ...(framing && { loaderFrom: step(brand) }) };
    const headers = {
      "set-cookie": [`basket=${basket.id}; Path=/; HttpOnly; SameSite=Lax`, `lang=${lang}; Path=/; SameSite=Lax`],
      ...(framing && { "content-security-policy": framingPolicy(step(brand)) }),
    };
    const show = (html: string, status = 200) => page(call.response, html, status, headers);
    const go = (address: string) =>
      call.headers.accept === "application/json"
        ? json(call.response, 200, { go: address })
        : void call.response.writeHead(303, { location: address, ...headers }).end();
    if (!route) return show(pages.unknownPage(scene), 404);
    const ringfence = { apiOrigin: api, stepOrigin: step(brand), now: clock.now };
    const form = new URLSearchParams(call.body);
    return route({
      call,
      form,
      orders,
      hooks,
      basket,
      shop,
      lang,
      scene,
      ringfence,
      origin: `http://${call.url.host}`,
      framing,
      show,
      go,
    });
  });
}

/** All that a shop's policy needs for the frame: the loader's host twice. */
function framingPolicy(step: string): string {
  return `default-src 'none'; script-src 'self' ${step}; frame-src ${step}; connect-src 'self'; style-src 'unsafe-inline'; img-src 'self' data:; base-uri 'none'`;
}

function changeBasket({ form, orders, basket, shop, go }: Visit) {
  const colour = form.get("colour") ?? "";
  if (!shop.colours.some((c) => c.id === colour)) return go("/basket");
  const there = basket.lines.find((line) => line.colour === colour)?.quantity ?? 0;
  const quantity = form.has("more") ? there + 1 : Number(form.get("quantity"));
  orders.save({ ...basket, lines: withLine(basket.lines, colour, quantity) });
  return go("/basket");
}

async function checkout(visit: Visit) {
  const { call, form, orders, shop, lang, scene, ringfence, show, go } = visit;
  const customer = form.get("customer") ?? "";
  const press = form.get("press") || randomUUID();
  if (visit.basket.lines.length === 0) return go("/basket");
  const basket = orders.save({ ...visit.basket, ...(/^[\x21-\x7e]{1,128}$/.test(customer) ? { customer } : {}) });
  const order = orders.place(basket, shop.price, shop.currency);
  const opened = await open(ringfence, shop, order, lang, visit, press);
  if (opened.kind === "later")
    return show(pages.laterPage({ ...scene, basket }, { press }, opened.waitS, opened.code), 503);
  if (opened.kind === "refused") return show(pages.refusedPage(scene, opened.code));
  const { id, url, status, reason, next_action } = opened.view;
  if (!order.verifications.includes(id)) orders.save({ ...order, verifications: [...order.verifications, id] });
  if (next_action === "redeem") return go(`/return?verification=${encodeURIComponent(id)}`);
  if (url && call.headers.accept === "application/json") return json(call.response, 200, { url });
  return url ? go(url) : show(pages.refusedPage(scene, [status, reason].filter(Boolean).join(" · ")));
}

/** The shopper is back; only a verdict that fits the order decides. A reload shows the same result. */
async function returned({ call, orders, hooks, basket, shop, lang, scene, ringfence, show }: Visit) {
  const id = call.url.searchParams.get("verification") ?? "";
  const order = orders.orderOf(id, basket.id);
  if (!order) return show(pages.unknownPage(scene), 404);
  const told = () => hooks.of(shop.brand).filter(({ data }) => data.order.id === order.id);
  if (order.verdict) return show(pages.acceptedPage(scene, order, order.verdict, told()));
  const redeemed = await redeem(ringfence, shop, order, lang, id);
  if (redeemed.kind === "later")
    return show(pages.laterPage(scene, { verification: id }, redeemed.waitS, redeemed.code), 503);
  if (redeemed.kind === "refused") return show(pages.refusedPage(scene, redeemed.code));
  const accepted = orders.save<Order>({ ...order, status: "accepted", verdict: redeemed.claims });
  const emptied = orders.save<Basket>({ ...basket, lines: [] });
  return show(pages.acceptedPage({ ...scene, basket: emptied }, accepted, redeemed.claims, told()));
}

/** All events, or those of one verification as soon as there are more than `after`. */
async function eventsAsJson({ url, response }: Call, hooks: Hooks, brand: BrandId) {
  const { verification, after = 0 } = Object.fromEntries(url.searchParams);
  const events = verification ? await hooks.more(brand, verification, Number(after)) : hooks.of(brand);
  json(response, events ? 200 : 408, { events });
}

function orderAsJson({ response }: Call, order: Order | undefined, brand: BrandId) {
  if (order?.brand !== brand) return json(response, 404, { error: "unknown_order" });
  const { basket: _, ...told } = order;
  return json(response, 200, { ...told, total: money(order.amount, order.currency, "en") });
}
