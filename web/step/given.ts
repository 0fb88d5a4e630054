/** What the Worker gives the page: one JSON block in the HTML, read by server rendering and browser alike. */
import type { StepPage } from "../../worker/contract.ts";
import type { Messages } from "../i18n/messages.ts";

/** The verification as the page shows it; `amount_text` is formatted once, on the server, so that both renderings agree. */
export type Open = NonNullable<StepPage["open"]> & { amount_text: string };

/** What the page needs of a brand pack, in one language. */
export interface Brand {
  name: string;
  /** Where the shop is, for people without an order. */
  shop: string;
  phone: string;
  hours: string;
  store?: string | undefined;
  /** How long the basket is kept, in words. */
  kept: string;
  autoSubmitTyped: boolean;
}

/** All the page is told. `open` exists exactly when `view` is "open". */
export interface Given {
  view: StepPage["view"] | "empty";
  locale: string;
  notice?: StepPage["notice"];
  embed?: StepPage["embed"];
  open?: Open | undefined;
  brand: Brand;
  texts: StepTexts;
}

/** Texts of what surrounds the step; they stay in the HTML and never reach the script. */
export type SurroundTexts = Pick<Messages, "support" | "language" | "imprint" | "privacy" | "terms" | "accessibility">;

/** Texts of the step itself. */
export type StepTexts = Omit<Messages, keyof SurroundTexts>;

/** Header and footer: rendered by the Worker alone, the same in every view. */
export interface Surround {
  name: string;
  /** The name's language where it is not the page's. */
  lang: string | undefined;
  header: "band" | "sun" | "dune";
  logo: { light: string; dark?: string | undefined; width: number; height: number };
  phone: string;
  hours: string;
  legal: { imprint: string; privacy: string; terms: string; accessibilityInfo: string };
  locale: string;
  /** Languages of the brand, each by its own name. */
  locales: { tag: string; name: string }[];
  texts: SurroundTexts;
}
