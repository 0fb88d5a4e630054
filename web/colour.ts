/** sRGB, OKLCH and WCAG contrast: just enough to derive readable colours. */

/** `#rrggbb`, lower case. */
export type Hex = string;

/** Lightness 0..1, chroma, hue in radians (OKLCH, Björn Ottosson's matrices). */
export interface Oklch {
  l: number;
  c: number;
  h: number;
}

type Triple = [number, number, number];

function linear(colour: Hex): Triple {
  const n = Number.parseInt(colour.slice(1), 16);
  const channel = (shift: number) => {
    const s = ((n >> shift) & 255) / 255;
    return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4;
  };
  return [channel(16), channel(8), channel(0)];
}

/** The same colour by lightness, chroma and hue. */
export function oklch(colour: Hex): Oklch {
  const [r, g, b] = linear(colour);
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  const a = 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s;
  const bb = 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s;
  return { l: 0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s, c: Math.hypot(a, bb), h: Math.atan2(bb, a) };
}

function rgb({ l: L, c, h }: Oklch): Triple {
  const a = c * Math.cos(h);
  const b = c * Math.sin(h);
  const l = (L + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (L - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (L - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
}

const inGamut = (channels: Triple) => channels.every((x) => x >= -1e-4 && x <= 1.0001);

/** The nearest sRGB colour of that lightness and hue: chroma gives way, the other two stay. */
export function hex(colour: Oklch): Hex {
  let channels = rgb(colour);
  if (!inGamut(channels)) {
    let [low, high] = [0, colour.c];
    for (let i = 0; i < 16; i++) {
      const c = (low + high) / 2;
      if (inGamut(rgb({ ...colour, c }))) low = c;
      else high = c;
    }
    channels = rgb({ ...colour, c: low });
  }
  const byte = (x: number) => {
    const s = x <= 0.0031308 ? 12.92 * x : 1.055 * x ** (1 / 2.4) - 0.055;
    return Math.round(Math.min(1, Math.max(0, s)) * 255)
      .toString(16)
      .padStart(2, "0");
  };
  return `#${channels.map(byte).join("")}`;
}

const luminance = (colour: Hex) => {
  const [r, g, b] = linear(colour);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};

/** WCAG 2 contrast ratio, 1..21. */
export function contrast(one: Hex, other: Hex): number {
  const [a, b] = [luminance(one), luminance(other)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

/** The smallest contrast of `colour` against any of `grounds`. */
export const worst = (colour: Hex, grounds: readonly Hex[]) =>
  Math.min(...grounds.map((ground) => contrast(colour, ground)));

/** `colour` itself if it reaches `target` on every ground, else the nearest lightness that does (darker on light grounds, lighter on dark ones). Black or white where nothing nearer does. */
export function readable(colour: Hex, grounds: readonly Hex[], target: number): Hex {
  if (worst(colour, grounds) >= target) return colour;
  const from = oklch(colour);
  const end = luminance(grounds[0] ?? "#ffffff") > 0.18 ? 0 : 1;
  let good = hex({ ...from, l: end });
  let [bad, fine] = [from.l, end];
  for (let i = 0; i < 24; i++) {
    const l = (bad + fine) / 2;
    const candidate = hex({ ...from, l });
    if (worst(candidate, grounds) >= target) {
      fine = l;
      good = candidate;
    } else bad = l;
  }
  return good;
}

/** The label on a filled control: white or #111 if it reaches `target`, else the better of white and black. */
export function labelOn(fill: Hex, target = 4.5): Hex {
  for (const label of ["#ffffff", "#111111"]) if (contrast(label, fill) >= target) return label;
  return contrast("#ffffff", fill) >= contrast("#000000", fill) ? "#ffffff" : "#000000";
}
