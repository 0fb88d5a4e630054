/** What a shopper does, by role and label, and what stands around them: their number, their text messages, the clock. */
import type { BrowserContext, Locator, Page } from "playwright-core";
import { afterEach, inject } from "vitest";
import type { Messages } from "../../web/i18n/messages.ts";
import { type Locale, TEXTS } from "../../web/i18n/index.ts";
import type { Message } from "../standins/messages.ts";
import type { BrandId } from "../standins/secrets.ts";
import { type Lang, TEXTS as SHOP } from "../standins/shop/texts.ts";
import { originsOn } from "../standins/system.ts";

export const at = originsOn(inject("ports"));

/** One call of the control API; rejects on a refusal. */
async function control<T>(path: string, method = "GET", body?: object): Promise<T> {
  const init = body ? { method, body: JSON.stringify(body) } : { method };
  const answer = await fetch(at.control + path, init);
  if (!answer.ok) throw new Error(`control ${path}: ${answer.status}`);
  return (await answer.json()) as T;
}
