/** From a brand's few colours to every colour of the page. Text colours are derived, never configured. */
import { contrast, type Hex, hex, labelOn, type Oklch, oklch, readable } from "./colour.ts";

/** What a theme is made of: the look part of a brand pack. */
export interface Look {
  color: {
    brand: Hex;
    accent?: Hex | undefined;
    ink?: Hex | undefined;
    paper?: Hex | undefined;
    scheme: "auto" | "light" | "dark";
  };
  shape: { radius: number; fieldStyle: "box" | "underlineBox"; weight: 1 | 2 | 3 };
  space: "compact" | "regular" | "roomy";
  type: { family: "system" | "grotesk" | "rounded" | "naskh"; scale: number };
}

/** Colours of one scheme. Grounds: `ground` behind the card, `paper` the card, `tint` the order. The others are meant to be read on any of the three. */
export interface Palette {
  ground: Hex;
  paper: Hex;
  tint: Hex;
  ink: Hex;
  soft: Hex;
  line: Hex;
  edge: Hex;
  brand: Hex;
  label: Hex;
  hover: Hex;
  hoverLabel: Hex;
  press: Hex;
  pressLabel: Hex;
  button: Hex;
  link: Hex;
  ring: Hex;
  error: Hex;
  success: Hex;
  accent: Hex;
}

// Only what devices come with: each name is looked up once a weight before anything can be painted.
const FAMILIES = {
  system: "system-ui,sans-serif",
  grotesk: '"Helvetica Neue",Roboto,Arial,system-ui,sans-serif',
  rounded: 'ui-rounded,"Avenir Next",system-ui,sans-serif',
  naskh: '"SF Arabic","Segoe UI",system-ui,sans-serif',
};
/** Hues closer than this, in radians, are told apart with effort: 25 degrees of OKLCH. */
const NEAR = 0.44;
/** Chroma below which a colour is a grey, whatever its hue. */
const GREY = 0.04;
const GAPS = { compact: 0.85, regular: 1, roomy: 1.12 };

/** Whether `colour` could be taken for `other` where a thin line is all one sees of it. */
function alike(colour: Hex, other: Hex): boolean {
  const [a, b] = [oklch(colour), oklch(other)];
  const turn = Math.abs(a.h - b.h);
  return Math.min(a.c, b.c) > GREY && Math.min(turn, 2 * Math.PI - turn) < NEAR;
}

/** The palette of one scheme; `more` is for people who ask for more contrast (7:1 text, 4.5:1 edges). */
export function palette(color: Look["color"], dark: boolean, more = false): Palette {
  const [text, shape] = more ? [7.1, 4.6] : [4.6, 3.1];
  const given = oklch(color.paper ?? "#ffffff");
  const brand = oklch(color.brand);
  // By night the paper takes a breath of the brand's hue; by day it is the pack's own.
  const hue: Oklch = dark || given.c < 0.004 ? { ...brand, c: 0.012 } : given;
  const shade = (l: number, c: number): Hex => hex({ l, c: Math.min(c, 0.02), h: hue.h });
  const paper = dark ? shade(more ? 0.14 : 0.205, hue.c) : (color.paper ?? "#ffffff");
  const ground = dark
    ? shade(more ? 0.11 : 0.165, hue.c)
    : hex({ ...given, l: given.l - 0.035, h: hue.h, c: Math.max(hue.c, given.c) });
  const tint = dark
    ? shade(more ? 0.2 : 0.26, hue.c * 1.6)
    : hex({ l: Math.min(0.965, given.l - 0.02), c: 0.022, h: given.c > 0.004 ? given.h : brand.h });
  const grounds = [paper, ground, tint];
  const wanted = more ? 7 : 4.5;
  const fill =
    contrast(labelOn(color.brand, wanted), color.brand) < wanted
      ? readable(color.brand, ["#ffffff"], wanted + 0.1)
      : color.brand;
  // Away from the label where every step must keep 7:1; darker everywhere else.
  const away = more && labelOn(fill, wanted) !== "#ffffff" ? -1 : 1;
  const step = (by: number) => hex({ ...oklch(fill), l: Math.min(1, Math.max(0, oklch(fill).l - by * away)) });
  const [hover, press] = [step(0.05), step(0.09)];
  const ink = readable(dark ? shade(0.95, 0.008) : (color.ink ?? "#16161a"), grounds, 7.1);
  const ring = readable(color.brand, grounds, shape);
  const error = readable(dark ? "#ff8f86" : "#b3201a", grounds, text);
  return {
    ground,
    paper,
    tint,
    ink,
    soft: readable(shade(dark ? 0.76 : 0.46, 0.02), grounds, more ? 7.1 : 5),
    line: more ? readable(shade(0.6, 0.02), grounds, shape) : shade(dark ? 0.34 : 0.88, 0.014),
    edge: readable(shade(0.6, 0.02), grounds, shape),
    brand: fill,
    label: labelOn(fill, wanted),
    hover,
    hoverLabel: labelOn(hover, wanted),
    press,
    pressLabel: labelOn(press, wanted),
    // A fill too close to the paper gets a border that shows where the button is.
    button: contrast(fill, paper) < (more ? 4.5 : 3) ? readable(fill, [paper], shape) : fill,
    link: readable(color.brand, grounds, text),
    // A red ring around a field says "wrong": a red brand's ring is in ink.
    ring: alike(ring, error) ? ink : ring,
    error,
    success: readable(dark ? "#6fdc9a" : "#12703a", grounds, text),
    accent: color.accent ?? color.brand,
  };
}

const declare = (values: Record<string, string>) =>
  Object.entries(values)
    .map(([name, value]) => `--${name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}:${value}`)
    .join(";");

/** The `:root` rules of a brand: plain hex and lengths, ready for the nonce style. Forced colours need nothing here: `step.css` keeps real borders. */
export function themeCss(look: Look): string {
  const { color, shape, space, type } = look;
  const fixed = {
    radius: `${shape.radius}px`,
    "field-width": shape.fieldStyle === "box" ? "2px" : "1px 1px 3px",
    "field-radius": shape.fieldStyle === "box" ? "var(--radius)" : "var(--radius) var(--radius) 3px 3px",
    firm: `${5 + shape.weight}00`,
    gap: `${GAPS[space]}rem`,
    scale: `${type.scale * 100}%`,
    font: FAMILIES[type.family],
  };
  const first = color.scheme === "dark";
  const root = (dark: boolean, more: boolean, known: Partial<Palette> = {}) => {
    const all = Object.entries(palette(color, dark, more));
    return declare(Object.fromEntries(all.filter(([name, value]) => known[name as keyof Palette] !== value)));
  };
  const base = palette(color, first);
  const rules = [
    `:root{color-scheme:${color.scheme === "auto" ? "light dark" : color.scheme};${declare(fixed)};${root(first, false)}}`,
    `@media(prefers-contrast:more){:root{${root(first, true, base)}}}`,
  ];
  if (color.scheme === "auto") {
    rules.push(`@media(prefers-color-scheme:dark){:root{${root(true, false, base)}}}`);
    rules.push(`@media(prefers-color-scheme:dark)and (prefers-contrast:more){:root{${root(true, true)}}}`);
  }
  return rules.join("");
}
