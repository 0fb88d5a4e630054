/** What each stand-in shop sells, in which languages and colours. */
import { readFileSync } from "node:fs";
import { addedShop } from "../added.ts";
import type { BrandId } from "../secrets.ts";
import type { Lang } from "./texts.ts";

export interface Colour {
  id: string;
  hex: string;
  name: Partial<Record<Lang, string>>;
}

/** One shop: a name, a phone, a price. */
export interface Shop {
  brand: BrandId;
  /** As the order names the payee. */
  payee: string;
  /** Main language first. */
  langs: [Lang, ...Lang[]];
  product: string;
  currency: string;
  /** Minor units. */
  price: number;
  colours: [Colour, ...Colour[]];
  /** A line and three facts about the phone, per language. */
  pitch: Partial<Record<Lang, [line: string, ...facts: string[]]>>;
  look: { brand: string; accent: string; ink: string; paper: string };
  /** The brand's SVG, or undefined where it cannot be read. */
  logo?: string;
}

const SHOPS: Partial<Record<BrandId, Shop>> = {
  tindra: {
    brand: "tindra",
    payee: "Tindra Mobil",
    langs: ["en", "nb"],
    product: "Tindra Nord 7",
    currency: "NOK",
    price: 899000,
    colours: [
      { id: "volt", hex: "#c8ff3d", name: { en: "Volt", nb: "Volt" } },
      { id: "ice", hex: "#dbe4f3", name: { en: "Ice", nb: "Is" } },
      { id: "night", hex: "#1b1b33", name: { en: "Polar night", nb: "Mørketid" } },
    ],
    pitch: {
      en: [
        "Made for long nights.",
        "6.3″ display, readable in snow light",
        "Two days on one charge",
        "256 GB and 5G on every fjord",
      ],
      nb: [
        "Laget for lange netter.",
        "6,3″ skjerm som tåler snølys",
        "To dager på én lading",
        "256 GB og 5G på hver fjord",
      ],
    },
    look: { brand: "#2c2cf2", accent: "#c8ff3d", ink: "#0b0b14", paper: "#ffffff" },
  },
  marisol: {
    brand: "marisol",
    payee: "Marisol Móvil",
    langs: ["es"],
    product: "Marisol Brisa",
    currency: "EUR",
    price: 64900,
    colours: [
      { id: "terracota", hex: "#c9573b", name: { es: "Terracota" } },
      { id: "arena", hex: "#efd9b4", name: { es: "Arena" } },
      { id: "mar", hex: "#2f7488", name: { es: "Mar" } },
    ],
    pitch: {
      es: [
        "Ligero como la tarde.",
        "Pantalla de 6,1″ que se lee al sol",
        "Carga completa en una siesta",
        "128 GB y doble cámara",
      ],
    },
    look: { brand: "#b8432a", accent: "#ffb938", ink: "#33190f", paper: "#fffaf3" },
  },
  rimal: {
    brand: "rimal",
    payee: "رمال",
    langs: ["ar", "en"],
    product: "رمال دانة",
    currency: "AED",
    price: 279900,
    colours: [
      { id: "palm", hex: "#0f6f54", name: { ar: "أخضر النخيل", en: "Palm green" } },
      { id: "sand", hex: "#e2c28c", name: { ar: "رملي", en: "Sand" } },
      { id: "pearl", hex: "#f3efe6", name: { ar: "لؤلؤي", en: "Pearl" } },
    ],
    pitch: {
      ar: [
        "هدوء الرمال، بين يديك.",
        "شاشة 6.5 بوصة واضحة تحت الشمس",
        "بطارية تدوم يومين",
        "256 غيغابايت وثلاث كاميرات",
      ],
      en: [
        "The calm of the sands, in your hand.",
        "A 6.5″ display, clear in full sun",
        "Two days on one charge",
        "256 GB and three cameras",
      ],
    },
    look: { brand: "#0b6b4f", accent: "#e2c28c", ink: "#14251e", paper: "#fdfaf3" },
  },
};

/** The shop of a brand, in the colours of its pack where the pack can be read. */
export function shopOf(brand: BrandId): Shop {
  const shop = SHOPS[brand] ?? addedShop(brand);
  try {
    const pack = JSON.parse(
      readFileSync(new URL(`../../../worker/brands/packs/${brand}.json`, import.meta.url), "utf8"),
    );
    const { brand: main, accent, ink, paper } = pack.color as Record<string, unknown>;
    const hex = (value: unknown, fallback: string) =>
      typeof value === "string" && /^#[0-9a-f]{6}$/.test(value) ? value : fallback;
    const own = shop.look;
    const look = {
      brand: hex(main, own.brand),
      accent: hex(accent, own.accent),
      ink: hex(ink, own.ink),
      paper: hex(paper, own.paper),
    };
    return { ...shop, look, logo: read(`web/public${pack.logo.light}`) };
  } catch {
    return shop;
  }
}

function read(path: string): string {
  return readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8");
}

/** "kr 8,990.00" and the like, in the shop's language, always with ASCII digits. */
export function money(minor: number, currency: string, lang: Lang): string {
  const locale = { en: "en-GB", nb: "nb-NO", es: "es-ES", ar: "ar-AE" }[lang];
  return new Intl.NumberFormat(locale, { style: "currency", currency, numberingSystem: "latn" }).format(minor / 100);
}

/** The colour's name in `lang`. */
export function colourName(colour: Colour, lang: Lang): string {
  return colour.name[lang] ?? colour.id;
}
