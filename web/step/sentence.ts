/** The words of a moment: heading, title and the one message, each chosen in one place. */
import { count, type MessageId, say } from "../i18n/messages.ts";
import type { Given } from "./given.ts";
import type { Step } from "./model.ts";
import { isEnd, type Trouble, type View } from "./view.ts";

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

/** Troubles that go by the name of their sentence. */
type Said = Extract<Trouble, `too_${string}` | `no_${string}` | `fault${string}` | "lost">;
const SAID = /^(?:too_|no_|fault|lost)/;

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
  const trouble = step.trouble.value;
  if (trouble === "wrong")
    return tries <= 1 ? texts.last_try : say(texts, trouble, { tries: count(texts.tries, tries, locale) });
  if (trouble === "sends_exhausted") return texts.resend_none;
  return SAID.test(trouble ?? "") ? say(texts, trouble as Said, values) : "";
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
