/** Every locale's texts of the step. The build writes them out for the Worker, a file a tone; the browser gets one inside the page. */
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

/** Texts by locale, in both tones where the language has two. */
export const TEXTS = { en, nb, de, fr, es, it, pt, nl, pl, tr, el, ar };
