/** Every locale's texts of the page behind "not you?". The build writes them out for the Worker; no browser loads them. */
import type { Locale } from "../index.ts";
import type { DenyTranslation } from "../messages.ts";
import { ar } from "./ar.ts";
import { de } from "./de.ts";
import { el } from "./el.ts";
import { en } from "./en.ts";
import { es } from "./es.ts";
import { fr } from "./fr.ts";
import { it } from "./it.ts";
import { nb } from "./nb.ts";
import { nl } from "./nl.ts";
import { pl } from "./pl.ts";
import { pt } from "./pt.ts";
import { tr } from "./tr.ts";

/** Texts by locale. Drafts, like the SMS: each needs a native reader before its brand goes live. */
export const DENY_TEXTS = { en, nb, de, fr, es, it, pt, nl, pl, tr, el, ar } satisfies Record<Locale, DenyTranslation>;
