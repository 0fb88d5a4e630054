/** The form of a brand pack: what a brand may set, and nothing else. An unknown key fails the build. */
import * as v from "valibot";

const LOCALES = ["en", "nb", "de", "fr", "es", "it", "pt", "nl", "pl", "tr", "el", "ar"] as const;

const line = (max: number) => v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(max), v.regex(/^\P{Cc}+$/u));
/** Lower-case ASCII, at least two labels, no port and no underscore: both SMS readers accept exactly this. */
const host = v.pipe(v.string(), v.maxLength(63), v.regex(/^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/));
const origin = v.pipe(
  v.string(),
  v.check((text) => URL.canParse(text) && new URL(text).origin === text && text.startsWith("https://")),
);
const page = v.pipe(
  v.string(),
  v.maxLength(200),
  v.check((text) => URL.canParse(text) && text.startsWith("https://")),
);
/** Values end up in CSS: six hex digits and nothing that could be a function. */
const hex = v.pipe(v.string(), v.regex(/^#[0-9a-f]{6}$/));
const locale = v.picklist(LOCALES);
/** Drawn by the brand, kept under its own folder; the version is part of the name because the file is cached for a year. */
const logoFile = v.pipe(v.string(), v.regex(/^\/assets\/brands\/[a-z0-9-]+\/[a-z0-9-]+-v\d+\.svg$/));
/** Drawn from the SVG by `npm run brands`. */
const iconFile = v.pipe(v.string(), v.regex(/^\/assets\/brands\/[a-z0-9-]+\/[a-z0-9-]+-v\d+\.png$/));
const seconds = (min: number, max: number) => v.pipe(v.number(), v.integer(), v.minValue(min), v.maxValue(max));
/** ISO 4217 → minor units. */
const amounts = v.record(v.pipe(v.string(), v.regex(/^[A-Z]{3}$/)), v.pipe(v.number(), v.integer(), v.minValue(1)));
/** Blocks of up to four digits, so that no keyboard takes a support number for the code. */
const phone = v.pipe(v.string(), v.maxLength(24), v.regex(/^\+?\d{1,4}(?: \d{1,4})*$/));

/**
 * Texts a brand may say in its own words. Not among them: the warning, what a try costs, why an order is paused, and
 * whatever the law asks for. `npm run brands` sees to places and lengths.
 */
const COPY = [
  "check",
  "approve",
  "resend",
  "help",
  "help_title",
  "store_hint",
  "basket",
  "shop",
  "approved_next",
  "continue",
  "empty_next",
  "support",
] as const;

/** One brand: look, language, hosts, money and limits. Limits can only be tighter than the defaults. */
export const brandPackSchema = v.pipe(
  v.strictObject({
    id: v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,24}$/)),
    /** As `defaultLocale` writes it; `names` where another language of the brand writes it otherwise. */
    name: line(32),
    names: v.optional(v.record(locale, line(32))),
    shortName: line(12),
    legalName: line(60),
    defaultLocale: locale,
    locales: v.pipe(v.array(locale), v.minLength(1)),
    tone: v.picklist(["formal", "informal"]),
    /** `deny`: a shorter host for the link in the SMS; without one it is the step's. */
    hosts: v.strictObject({ step: host, aliases: v.array(host), sms: host, deny: v.optional(host) }),
    origins: v.strictObject({
      shop: v.pipe(v.array(origin), v.minLength(1)),
      return: v.pipe(v.array(origin), v.minLength(1)),
      embed: v.array(origin),
    }),
    /** ISO 3166-1 alpha-2: numbers of any other country are refused. */
    countries: v.pipe(v.array(v.pipe(v.string(), v.regex(/^[A-Z]{2}$/))), v.minLength(1)),
    /**
     * IANA time zone in which the brand's days are counted, and the ISO 4217 currency in which its values are. That there is
     * such a zone is looked up by `npm run brands`: loading the zones would triple the Worker's start.
     */
    zone: v.pipe(v.string(), v.regex(/^[A-Z][A-Za-z]+(?:\/[A-Z][A-Za-z_-]+){1,2}$/)),
    currency: v.pipe(v.string(), v.regex(/^[A-Z]{3}$/)),
    /** `brand` fills the button; `accent` decorates; `ink` and `paper` are the light scheme's. Text colours are derived. */
    color: v.strictObject({
      brand: hex,
      accent: v.optional(hex),
      ink: v.optional(hex),
      paper: v.optional(hex),
      scheme: v.picklist(["auto", "light", "dark"]),
    }),
    themeColor: v.strictObject({ light: hex, dark: hex }),
    shape: v.strictObject({
      radius: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(24)),
      fieldStyle: v.picklist(["box", "underlineBox"]),
      /** 1 calm, 2 firm, 3 loud: weight of headings, labels and buttons. */
      weight: v.picklist([1, 2, 3]),
      /** How the logo is set: a filled band, a rising sun, or a dune. */
      header: v.picklist(["band", "sun", "dune"]),
    }),
    space: v.picklist(["compact", "regular", "roomy"]),
    /** Fonts of the device only: nothing is downloaded. */
    type: v.strictObject({
      family: v.picklist(["system", "grotesk", "rounded", "naskh"]),
      scale: v.pipe(v.number(), v.minValue(0.95), v.maxValue(1.15)),
    }),
    logo: v.strictObject({
      light: logoFile,
      dark: v.optional(logoFile),
      width: v.pipe(v.number(), v.integer(), v.minValue(40), v.maxValue(240)),
      height: v.pipe(v.number(), v.integer(), v.minValue(16), v.maxValue(64)),
    }),
    icons: v.strictObject({
      svg: logoFile,
      png192: iconFile,
      png512: iconFile,
      maskable512: iconFile,
      apple180: iconFile,
    }),
    legal: v.strictObject({ imprint: page, privacy: page, terms: page, accessibilityInfo: page }),
    copy: v.optional(v.record(locale, v.record(v.picklist(COPY), line(120)))),
    support: v.strictObject({ phone, hours: v.record(locale, line(60)), storeFinder: v.optional(page) }),
    /** How long the shop keeps a basket after this step, in hours. */
    basketKept: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(720)),
    sms: v.strictObject({
      /** A number or short code, or a name of at most eleven characters (GSM 03.40), which cannot be answered. */
      sender: v.pipe(v.string(), v.regex(/^(?:[A-Za-z][A-Za-z0-9]{2,10}|\+?[0-9]{3,15})$/)),
      /** ISO 4217 → the largest amount, in minor units; its keys are the brand's currencies. */
      maxAmount: amounts,
      /** Order in which the text tries to say "not you?". No default: each brand decides. */
      deny: v.array(v.picklist(["link", "phone", "keyword"])),
      /** `native` pays for letters outside GSM with a second part. Without a word Greek and Arabic are native, all others `gsm`. */
      spelling: v.optional(v.record(locale, v.picklist(["gsm", "native"]))),
      /** `bare` (without https://) only where the brand's handsets were seen to make a link of it. */
      linkForm: v.picklist(["https", "bare"]),
    }),
    policy: v.strictObject({
      digits: v.picklist([6, 7, 8]),
      autoSubmitTyped: v.boolean(),
      embed: v.picklist(["redirect", "frame"]),
      /** `false` where the brand tells its customers itself that codes were guessed; it hears of it by `verification.failed`. */
      notice: v.optional(v.boolean()),
      /**
       * Orders the brand asks no proof for: of these categories, never hardware, and below this amount. What is bounded
       * by the largest amount of the brand comes to the 30 EUR of RTS (EU) 2018/389 art. 16.
       */
      exempt: v.optional(
        v.strictObject({
          category: v.pipe(v.array(v.picklist(["service", "accessory"])), v.minLength(1)),
          below: amounts,
        }),
      ),
    }),
    limits: v.strictObject({
      guesses: v.optional(seconds(1, 5)),
      sends: v.optional(seconds(1, 3)),
      /** Waits before the second, third … send. */
      resend_waits_s: v.optional(v.pipe(v.array(seconds(30, 600)), v.minLength(1), v.maxLength(4))),
      code_ttl_s: v.optional(seconds(120, 300)),
      step_ttl_s: v.optional(seconds(300, 900)),
      redeem_window_s: v.optional(seconds(60, 300)),
      verifications_per_order: v.optional(seconds(1, 3)),
    }),
  }),
  v.check((pack) => pack.locales.includes(pack.defaultLocale), "defaultLocale must be one of locales"),
  v.check((pack) => pack.locales.every((tag) => pack.support.hours[tag]), "support.hours must speak every locale"),
  v.check((pack) => pack.hosts.sms === pack.hosts.step, "hosts.sms must equal hosts.step"),
  v.check(
    ({ sms }) => !sms.deny.includes("keyword") || /^\+?[0-9]/.test(sms.sender),
    "sms.deny: a reply keyword needs a sender that can be answered",
  ),
  v.check(
    ({ policy, sms }) =>
      Object.entries(policy.exempt?.below ?? {}).every(
        ([currency, below]) => below * 80 <= (sms.maxAmount[currency] ?? 0),
      ),
    "policy.exempt.below: an eightieth of sms.maxAmount at most",
  ),
  v.check(
    ({ id, logo, icons }) =>
      [logo.light, logo.dark ?? logo.light, ...Object.values(icons)].every((file) => file.split("/")[3] === id),
    "logo and icons must lie in the brand's own folder",
  ),
);

/** A brand pack that has passed the schema. */
export type BrandPack = v.InferOutput<typeof brandPackSchema>;
