/** What the notice says, in every language, and what can never be taken for a code in it. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { noticeText } from "../../worker/sms/message.ts";
import { inGsm, WORDS } from "../../worker/sms/words.ts";
import { brands, chromiumReads, counted, draftReads, LATIN, LOCALES, locales, PACKS } from "./smstexts.ts";

/** As long as a pack lets them be. */
const LONGEST = { brand: "Twelve Signs", phone: "+971 1234 1234 1234 1234" };

describe("the notice", () => {
  it("says in every language that nothing came of it, and whom to call", () => {
    const said = LOCALES.map((locale) => noticeText({ locale, brand: "Telco" }, "800 33 10"));
    expect(said).toEqual([
      "Telco order not approved: someone entered wrong codes. Not you? Call 800 33 10.",
      "Telco-bestilling ikke godkjent: Noen tastet feil koder. Ikke deg? Ring 800 33 10.",
      "Telco Bestellung nicht freigegeben: Jemand gab falsche Codes ein. Nicht Sie? Anruf: 800 33 10.",
      "Commande Telco non validée : quelqu'un a saisi de mauvais codes. Pas vous ? Appelez le 800 33 10.",
      "Pedido Telco no aprobado: alguien introdujo codigos incorrectos. No eres tu? Llama al 800 33 10.",
      "Ordine Telco non approvato: qualcuno ha inserito codici errati. Non sei tu? Chiama 800 33 10.",
      "Encomenda Telco nao aprovada: alguém introduziu codigos errados. Nao foi? Ligue 800 33 10.",
      "Telco bestelling niet goedgekeurd: iemand voerde foute codes in. Niet jij? Bel 800 33 10.",
      "Zamowienie Telco niezatwierdzone: wpisano niepoprawne kody. To nie Ty? Zadzwon: 800 33 10.",
      "Telco siparisi onaylanmadi: hatali kodlar girildi. Siz degil misiniz? 800 33 10.",
      "Η παραγγελία Telco δεν εγκρίθηκε: δόθηκαν λάθος κωδικοί. Δεν ήσασταν εσείς; 800 33 10.",
      "لم يعتمد طلب Telco: أدخلت رموز خاطئة. لست أنت؟ 800\u00a033\u00a010.",
    ]);
  });

  it("fits one part with the longest name and telephone number, and two in letters outside the alphabet", () => {
    const of = (spelling: "gsm" | "native") =>
      LOCALES.map((locale) => {
        const said = { locale, brand: LONGEST.brand, spelling: { [locale]: spelling } };
        return [locale, counted(noticeText(said, LONGEST.phone))] as const;
      });
    for (const [locale, { parts, encoding }] of of("gsm"))
      expect([locale, parts, encoding]).toEqual(locale === "ar" ? ["ar", 2, "ucs2"] : [locale, 1, "gsm"]);
    for (const [locale, { parts }] of of("native")) expect(parts, locale).toBeLessThanOrEqual(2);
  });

  it.each(PACKS)(
    "of $id is one part in each of its languages, in Greek two, and has no digits but the telephone's",
    (pack) => {
      const { locales: spoken, shortName: brand, sms, support } = pack;
      for (const locale of spoken) {
        const text = noticeText({ locale, spelling: sms.spelling, brand }, support.phone);
        expect([locale, counted(text).parts]).toEqual([locale, locale === "el" ? 2 : 1]);
        expect(text.replaceAll("\u00a0", " ").replace(support.phone, "")).not.toMatch(/\d/);
      }
    },
  );

  it("holds nothing to type, to tap or to fill in, whatever the brand is called", () => {
    fc.assert(
      fc.property(locales, brands, (locale, brand) => {
        const text = noticeText({ locale, brand }, "800 33 10");
        expect([draftReads(text), chromiumReads(text)]).toEqual([undefined, undefined]);
        expect(text).not.toMatch(/[@#\p{Cc}\p{Zl}\p{Zp}]/u);
        expect(text.replaceAll("\u00a0", " ")).toContain("800 33 10");
      }),
      { numRuns: 2000 },
    );
    for (const { notice } of [...Object.values(WORDS), ...LOCALES.map(inGsm)]) expect(notice).not.toMatch(/[\d/]|\.\w/);
  });
});

describe("Greek within the GSM alphabet", () => {
  it("is spelled in its own capitals and, where there are none, in Latin ones", () => {
    expect(inGsm("el")).toEqual({
      text: "{code} KΩΔIKOΣ {brand} (ΠAPAΓΓEΛIA {amount}). MHN TON ΔΩΣETE ΠOTE, OYTE ΣE EMAΣ.",
      question: "ΔEN HΣAΣTAN EΣEIΣ;",
      call: "{phone}.",
      reply: "AΠANTHΣTE OXI.",
      notice: "H ΠAPAΓΓEΛIA {brand} ΔEN EΓKPIΘHKE: ΔOΘHKAN ΛAΘOΣ KΩΔIKOI.",
    });
    const capitals = /^[\x20-\x7eΓΔΘΛΞΠΣΦΨΩ]*$/;
    for (const text of Object.values(inGsm("el"))) expect(text).toMatch(capitals);
    for (const locale of LATIN)
      for (const text of Object.values(inGsm(locale))) expect(counted(text).encoding, text).toBe("gsm");
  });
});
