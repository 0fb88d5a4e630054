/** The shop that shows the step in a frame, its page in the hands of a script, and what both are told. */
import type { Frame, Locator, Page } from "playwright-core";
import { expect, inject } from "vitest";
import type { Options } from "../../web/embed/loader.ts";
import type { VerificationView } from "../../worker/contract.ts";
import { clients, read } from "../http/client.ts";
import { browser } from "../http/step.ts";
import { localFetch } from "../standins/http.ts";
import { at } from "./around.ts";
import { stepOn } from "./shopper.ts";
import { until } from "./until.ts";

const api = clients(inject("ports"));
/** Where the verifications of these tests lead back to. */
export const RETURN = `${at.framing}/basket`;

/** What the pages of these tests keep. */
export type Around = Window & {
  told: { results: { verification?: string; outcome: string }[]; states: string[] };
  handle: { cancel(): void; focus(): void };
  /** What the scripted page heard on its port, and the port. */
  heard: Record<string, unknown>[];
  port: MessagePort;
  nonce: string;
};

/** A verification that the framing shop's server has opened for its frame; another browser can take it over. */
export async function framable() {
  const { ref, number } = await api.customer("marisol");
  const body = api.opening("marisol", ref);
  // The shop keeps no book of what is opened behind its back.
  const presentation = { mode: "frame", embed_origin: at.framing, return_url: RETURN, cancel_url: RETURN };
  const shop = api.shop("marisol");
  const again = () => shop.post("", { ...body, presentation });
  const { id, url } = read<VerificationView>(await again());
  return {
    id,
    url: url ?? "",
    takenOver: async () => {
      await again();
      await browser(api, url ?? "").post("start");
    },
    shop,
    view: () => shop.view(id),
    text: () => api.text(number),
    texts: () => api.texts(number),
  };
}

/** Right to the framing shop's checkout, the page that has the loader. */
export async function toCheckout(page: Page): Promise<void> {
  const body = "colour=mar&more=1";
  const filled = await localFetch(`${at.framing}/basket`, { method: "POST", body });
  const [, value = ""] = /basket=([\w-]+)/.exec(filled.headers.get("set-cookie") ?? "") ?? [];
  await page.context().addCookies([{ name: "basket", value, url: at.framing }]);
  await page.goto(`${at.framing}/checkout`);
}

/** Opens `url` with the loader, from the shop's own page, and keeps what the loader tells. */
export async function opened(page: Page, url: string, more: Partial<Options> = {}): Promise<void> {
  await toCheckout(page);
  await page.evaluate(
    ([url, more]) => {
      const { Ringfence } = window as unknown as { Ringfence: { open(options: Options): Around["handle"] } };
      const told: Around["told"] = { results: [], states: [] };
      document.querySelector<HTMLElement>("form button")?.focus();
      const handle = Ringfence.open({
        url,
        ...more,
        onResult: (result) => told.results.push(result),
        onState: (status) => {
          told.states.push(status);
          document.body.dataset.told = String(told.states.length); // wakes who waits for it
        },
      });
      Object.assign(window, { told, handle });
    },
    [url, more] as const,
  );
}

/** What the loader has told the page so far. */
export const told = (page: Page) => page.evaluate(() => (window as unknown as Around).told);

/** Waits until the loader has told the page of this state. */
export const toldOf = (page: Page, state: string) =>
  until(page.locator("body"), (_, state) => (window as unknown as Around).told.states.includes(state), state);

/** The document in the page's frame, whatever it has become. */
export async function frameIn(page: Page): Promise<Frame> {
  const frame = await (await page.locator("iframe").last().elementHandle())?.contentFrame();
  if (!frame) throw new Error("the page has no frame");
  return frame;
}

/** Frames `url` on a page of the framing shop that runs our script instead of its own: greets nobody by itself. */
export async function scripted(page: Page, url: string, allow = "otp-credentials"): Promise<Frame> {
  await page.goto(`${at.framing}/basket`);
  await page.evaluate(
    ([url, allow]) => {
      const around = window as unknown as Around;
      const frame = document.createElement("iframe");
      Object.assign(frame, { src: url, allow, width: 500, height: 600 });
      around.heard = [];
      addEventListener("message", ({ data }) => {
        around.nonce = data.nonce;
        document.body.dataset.nonce = data.nonce;
      });
      document.body.replaceChildren(frame);
    },
    [url, allow] as const,
  );
  await page.locator("body[data-nonce]").waitFor();
  return frameIn(page);
}

/** Answers the step of a scripted page as its protocol wants it. */
export async function greeted(page: Page): Promise<void> {
  await page.evaluate(() => {
    const around = window as unknown as Around;
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => {
      around.heard.push(data);
      document.body.dataset.heard = String(around.heard.length);
    };
    around.port = port1;
    const init = { v: 1, type: "init", nonce: around.nonce };
    const frame = document.querySelector("iframe") as HTMLIFrameElement;
    frame.contentWindow?.postMessage(init, new URL(frame.src).origin, [port2]);
  });
}

/** Waits until the scripted page has heard a message of this type and, where it is given, of this status. */
export async function hears(page: Page, type: string, status = ""): Promise<Record<string, unknown> | undefined> {
  await until(
    page.locator("body"),
    (_, [type, status]) =>
      (window as unknown as Around).heard.some((one) => one.type === type && (!status || one.status === status)),
    [type, status],
  );
  const all = await page.evaluate(() => (window as unknown as Around).heard);
  return all.find((one) => one.type === type);
}

/** How long a poll may take, where what is waited for is in the eye of the browser alone, or each look presses a key. */
export const LONG = { timeout: 10_000 };

/** The step in the frame of `page`. */
export const stepIn = async (page: Page) => stepOn(await frameIn(page), "marisol");

/** How many frames the loader shows. */
export const dialogs = (page: Page) => page.locator("body > dialog").count();

/** Waits until the loader shows no frame. */
export const gone = (page: Page) => page.locator("body > dialog").first().waitFor({ state: "detached" });

/** Types and sends a code as soon as the step takes input: it ignores the first half second of being seen. */
export async function entered(page: Page, code: string): Promise<void> {
  const { field, approve } = await stepIn(page);
  const write = async () => {
    await field.fill("");
    await field.pressSequentially(code);
    return field.inputValue();
  };
  await expect.poll(write, LONG).toBe(code);
  await approve.click();
}

/** Presses `button` until the frame is gone: one that has just changed its size ignores the first press. */
export const closes = (page: Page, button: Locator) =>
  expect
    .poll(async () => {
      await button.click({ timeout: 500 }).catch(() => {});
      return dialogs(page);
    }, LONG)
    .toBe(0);
