/** The words of a moment: heading, title and the one message, each chosen in one place. */
import { count, type MessageId, say } from "../i18n/messages.ts";
import type { Given } from "./given.ts";
import type { Step } from "./model.ts";
import { isEnd, type View } from "./view.ts";

const HEADINGS = {
  asking: "order",
  failed: "failed",
  blocked: "blocked",
  step_expired: "ended",
  undeliverable: "undelivered",
  approved: "approved",
  order_changed: "changed",
  elsewhere: "elsewhere",
  closed: "closed",
  empty: "empty",
} as const satisfies Partial<Record<View, MessageId>>;

/** The one `h1` of a view. */
export function heading(view: View, { texts, open }: Given): string {
  const id = view in HEADINGS ? HEADINGS[view as keyof typeof HEADINGS] : "check";
  return id === "undelivered" ? say(texts, id, { ending: open?.number_ending ?? "" }).replace(/\.$/, "") : texts[id];
}

/** The document's title; says "Error" first when the page shows one. */
export function title(view: View, given: Given, error: boolean): string {
  const values = { heading: heading(view, given), brand: given.brand.name };
  return say(given.texts, error ? "title_error" : "title", values);
}

/** The sentence of the alert region, or "" when all is well. Network trouble is told under the button instead. */
export function alertOf(step: Step): string {
  const { given, digits } = step;
  const { texts, locale, open } = given;
  const view = step.view.value;
  const tries = step.state.value?.attempts_remaining ?? 0;
  const values = { digits: String(digits), ending: open?.number_ending ?? "" };
  if (isEnd(view) || view === "offline" || view === "checking") return "";
  if (view === "code_expired") return texts.expired;
  if (view === "delivery_failed") return say(texts, "undelivered", values);
  switch (step.trouble.value) {
    case "wrong":
      return tries <= 1 ? texts.last_try : say(texts, "wrong", { tries: count(texts.tries, tries, locale) });
    case "too_few":
      return say(texts, "too_few", values);
    case "too_many":
      return say(texts, "too_many", values);
    case "no_paste":
      return say(texts, "no_paste", values);
    case "no_code":
      return texts.no_code;
    case "too_early":
      return texts.too_early;
    case "lost":
      return texts.lost;
    case "sends_exhausted":
      return texts.resend_none;
    case "fault_free":
      return texts.fault_free;
    case "fault_send":
      return texts.fault_send;
    case "fault":
      return texts.fault;
    default:
      return "";
  }
}

/** The longest sentence the alert region may say beside the field: the room to keep for it. */
export function longestAlert({ given, state }: Step): string {
  const { texts, locale, open } = given;
  const tries = count(texts.tries, state.value?.attempts_remaining ?? 0, locale);
  const undelivered = say(texts, "undelivered", { ending: open?.number_ending ?? "" });
  return [say(texts, "wrong", { tries }), texts.last_try, texts.fault_free, texts.fault, texts.too_early, undelivered]
    .sort((a, b) => a.length - b.length)
    .pop() as string;
}
