import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { DENY_TEXTS } from "../../web/i18n/deny/texts.ts";
import { type Locale, NAMES } from "../../web/i18n/index.ts";
import { count } from "../../web/i18n/messages.ts";
import { TEXTS } from "../../web/i18n/texts.ts";
import { inTone, TONES } from "../../web/i18n/tone.ts";
import { longer, mirrored, pseudo } from "./pseudo.ts";

const LOCALES = Object.keys(NAMES) as Locale[];

interface Said {
  id: string;
  text: string;
}

/** Every sentence of a locale in one tone, the forms of plurals one by one. */
function said(locale: Locale, tone: (typeof TONES)[number]): Said[] {
  const texts = { ...inTone(TEXTS[locale], tone), ...prefixed(inTone(DENY_TEXTS[locale], tone)) };
  return Object.entries(texts).flatMap(([id, text]) =>
    typeof text === "string"
      ? [{ id, text }]
      : Object.entries(text).map(([form, one]) => ({ id: `${id}.${form}`, text: one as string })),
  );
}
const prefixed = (texts: object) => Object.fromEntries(Object.entries(texts).map(([id, text]) => [`deny.${id}`, text]));
const places = (text: string) => [...new Set(text.match(/\{\w+\}/g))].sort();
const word = (words: string) => new RegExp(`(?<![\\p{L}\\p{M}])(?:${words})(?![\\p{L}\\p{M}])`, "iu");

/** No blame, no fright, no hurry; each language's words for "invalid", "wrong", "oops", "urgent", "now or never". */
const BANNED: Record<Locale, RegExp> = {
  en: word(
    "invalid|illegal|incorrect|wrong code|oops|sorry|unfortunately|urgent|hurry|quickly|immediately|last chance|you entered",
  ),
  nb: word("ugyldig|feil kode|oi|oops|beklager|dessverre|haster|straks|skynd deg|umiddelbart"),
  de: word("ungültig|falsch\\w*|ups|hoppla|leider|dringend|sofort|schnell|beeilen|unverzüglich"),
  fr: word("invalide|incorrecte?|erroné|faux|oups|désolée?s?|malheureusement|urgent|vite|immédiatement|dépêche\\w*"),
  es: word("inválid[oa]|incorrect[oa]|erróne[oa]|ups|vaya|lo sentimos|urgente|rápid[oa]|inmediatamente|date prisa"),
  it: word("invalid[oa]|errat[oa]|sbagliat[oa]|ops|purtroppo|spiacenti|urgente|presto|immediatamente|subito"),
  pt: word("inválid[oa]|incorret[oa]|errad[oa]|ups|infelizmente|lamentamos|urgente|rápid[oa]|imediatamente|depressa"),
  nl: word("ongeldig|onjuist|verkeerde?|oeps|helaas|sorry|dringend|snel|onmiddellijk|meteen"),
  pl: word("nieprawidłow\\w+|nieważn\\w+|błędn\\w+|ups|niestety|przepraszamy|piln\\w+|szybko|natychmiast"),
  tr: word("geçersiz|yanlış|hatalı|maalesef|üzgünüz|acil|hemen|çabuk|derhal"),
  el: word("άκυρος|μη έγκυρος|λάθος|λανθασμένος|ουπς|δυστυχώς|επείγον|γρήγορα|αμέσως"),
  ar: word("خاطئ|رمز غير صحيح|عذرا|للأسف|عاجل|بسرعة|فورا"),
};

/** Words of one form of address that must not stand in the other's texts. */
const ADDRESS: Partial<Record<Locale, { formal: RegExp; informal: RegExp }>> = {
  de: {
    formal: /(?<=[^.?] )(?:Sie|Ihr(?:e[rnms]?)?|Ihnen)\b|^Ihre?\b/,
    informal: word("du|dich|dir|dein(?:e[rnms]?)?"),
  },
  fr: { formal: word("vous|votre|vos"), informal: word("tu|te|toi|ton|ta|tes|t’") },
  es: { formal: word("usted|su|sus|le"), informal: word("tú|tu|tus|te|ti") },
  it: { formal: /\b(?:Lei|Suo|Sua|Suoi|La|Le)\b(?<!^La)(?<!\. La)|\w+rLa\b/, informal: word("tu|ti|tuo|tua|tuoi") },
  pt: { formal: word("seu|sua|seus|suas|lhe|você"), informal: word("tu|te|teu|tua|teus|tuas") },
  nl: { formal: word("u|uw"), informal: word("je|jij|jouw") },
  pl: {
    formal: word("proszę|prosimy o|Państwa|należy"),
    informal: word("Tw\\p{L}+|możesz|spójrz|wróć tam|zadzwoń do"),
  },
  tr: { formal: word("siz|size|sizi|\\p{L}+(?:ınız|iniz|unuz|ünüz)\\p{L}*"), informal: word("sen|sana|seni") },
  el: { formal: word("σας|εσείς"), informal: word("σου|εσύ") },
};

describe("a translation", () => {
  it.each(LOCALES)("%s has the places of the English text, in both tones and every plural form", (locale) => {
    const english = new Map(said("en", "formal").map(({ id, text }) => [id.replace(/\.other$/, ""), places(text)]));
    for (const tone of TONES)
      for (const { id, text } of said(locale, tone)) {
        const [, message = id, form = "other"] = /^(.+)\.(zero|one|two|few|many|other)$/.exec(id) ?? [];
        // "One minute" may need no figure; a form for several numbers does.
        if (["zero", "one", "two"].includes(form) && !text.includes("{")) continue;
        expect([tone, id, places(text)]).toEqual([tone, id, english.get(message)]);
      }
  });

  it.each(LOCALES)("%s says nothing in more than twenty words, blames nobody and presses nobody", (locale) => {
    const words = new Intl.Segmenter(locale, { granularity: "word" });
    const long: string[] = [];
    for (const tone of TONES)
      for (const { id, text } of said(locale, tone)) {
        for (const sentence of text.split(/(?<=[.!?؟;])\s/)) {
          const read = sentence.replace(/\{\w+\}/g, "x");
          const length = [...words.segment(read)].filter(({ isWordLike }) => isWordLike).length;
          if (length > 20) long.push(`${id}: ${length} words`);
        }
        expect(text, id).not.toMatch(BANNED[locale]);
      }
    expect(long).toEqual([]);
  });

  it.each(LOCALES)("%s is plain text with the signs of print, of whole sentences and labels", (locale) => {
    for (const tone of TONES)
      for (const { id, text } of said(locale, tone)) {
        expect(text, id).not.toMatch(/^\s|\s$|\s\s|[<>&"'`]|\.\.|[!]/);
        if (locale === "fr") expect(text, id).not.toMatch(/[^\u00a0][:;?]/);
        else expect(text, id).not.toContain("\u00a0");
      }
  });

  it.each(Object.entries(ADDRESS) as [Locale, { formal: RegExp; informal: RegExp }][])(
    "%s keeps to one form of address in each tone",
    (locale, { formal, informal }) => {
      const strays = [
        ...said(locale, "formal").filter(({ text }) => informal.test(text)),
        ...said(locale, "informal").filter(({ text }) => formal.test(text)),
      ];
      expect(strays).toEqual([]);
      expect(said(locale, "formal").some(({ text }) => formal.test(text))).toBe(true);
      expect(said(locale, "informal").some(({ text }) => informal.test(text))).toBe(true);
    },
  );

  it("has a form for every number a page can say", () => {
    for (const locale of LOCALES) {
      const { tries, minutes, resend_in } = inTone(TEXTS[locale], "formal");
      const rules = new Intl.PluralRules(locale);
      for (let n = 0; n <= 600; n++)
        for (const forms of [tries, minutes, resend_in]) expect(Object.keys(forms)).toContain(rules.select(n));
    }
  });

  it("counts in the plural forms of its language", () => {
    const tries = (locale: Locale, n: number) => count(inTone(TEXTS[locale], "formal").tries, n, locale);
    expect([1, 2, 5].map((n) => tries("pl", n))).toEqual(["Została 1 próba.", "Zostały 2 próby.", "Zostało 5 prób."]);
    expect([1, 2, 3].map((n) => tries("ar", n))).toEqual(["بقيت محاولة واحدة.", "بقيت محاولتان.", "بقيت 3 محاولات."]);
    expect([1, 4].map((n) => tries("en", n))).toEqual(["1 try left.", "4 tries left."]);
    expect([1, 4].map((n) => tries("fr", n))).toEqual(["Encore 1 essai.", "Encore 4 essais."]);
  });

  it("is never put together from pieces of sentences", () => {
    const folders = ["../../web/step/", "../../worker/page/"].map((folder) => new URL(folder, import.meta.url));
    const joined = folders.flatMap((folder) =>
      readdirSync(folder)
        .filter((name) => /\.tsx?$/.test(name))
        .filter((name) =>
          /texts(?:\.\w+|\[\w+\]) ?\+|\+ ?texts[.[]|\w\$\{texts/.test(readFileSync(new URL(name, folder), "utf8")),
        ),
    );
    expect(joined).toEqual([]);
  });
});

describe("a language for tests", () => {
  it("is longer by two fifths and keeps every place", () => {
    for (const { text } of said("en", "formal")) {
      expect(longer(text).length).toBeGreaterThanOrEqual(text.replace(/\{\w+\}/g, "").length * 1.4);
      expect([places(longer(text)), places(mirrored(text))]).toEqual([places(text), places(text)]);
    }
    expect(pseudo(TEXTS.en, longer).tries.one).toMatch(/^\[\{n\} trý léft\. .+\]$/);
  });
});
