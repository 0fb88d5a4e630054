/** Every locale's texts. The build writes them out for the Worker; the browser gets one locale's inside the page. */
import { ar } from "./ar.ts";
import { de } from "./de.ts";
import { en } from "./en.ts";
import { es } from "./es.ts";
import type { Messages } from "./messages.ts";
import { nb } from "./nb.ts";
import { pt } from "./pt.ts";

/** Texts by locale; each locale has the one form of address its brands use. */
export const TEXTS = { en, nb, de, es, pt, ar } satisfies Record<string, Messages>;
