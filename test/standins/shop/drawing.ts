/** The product, drawn: a phone's back in the chosen colour (`--body`) and its screen with the brand's own picture. */
import type { BrandId } from "../secrets.ts";

const WALLPAPER: Partial<Record<BrandId, string>> = {
  tindra: `<rect width="200" height="410" fill="#0b0b2a"/><path d="M0 300 70 150l48 92 30-52 52 110v110H0Z" fill="#2c2cf2"/><path d="m70 150 24 46-20 14-26-12Zm78 40 16 36-16 10-18-14Z" fill="#fff"/><path d="M0 90c60-60 90 40 200-40v44C110 150 70 60 0 130Z" fill="#c8ff3d"/>`,
  marisol: `<rect width="200" height="410" fill="#ffd98f"/><circle cx="100" cy="190" r="66" fill="#ff8b3d"/><path d="M0 250c40-22 66 18 104 0s66-18 96 0v160H0Z" fill="#2f7488"/><path d="M0 300c40-22 66 18 104 0s66-18 96 0v110H0Z" fill="#1f5667"/><path d="M0 352c40-22 66 18 104 0s66-18 96 0v58H0Z" fill="#b8432a"/>`,
  rimal: `<rect width="200" height="410" fill="#f4e7cc"/><circle cx="138" cy="110" r="34" fill="#fff9ea"/><path d="M0 232c60-50 120 30 200-34v212H0Z" fill="#e2c28c"/><path d="M0 292c70-46 130 40 200-10v128H0Z" fill="#c99f5e"/><path d="M0 344c70-40 120 34 200-16v82H0Z" fill="#0b6b4f"/>`,
};

const LENSES: Partial<Record<BrandId, string>> = {
  tindra: `<circle cx="46" cy="48" r="22"/><circle cx="46" cy="104" r="22"/>`,
  marisol: `<circle cx="44" cy="44" r="19"/><circle cx="92" cy="44" r="19"/>`,
  rimal: `<circle cx="100" cy="62" r="22"/><circle cx="56" cy="62" r="14"/><circle cx="144" cy="62" r="14"/>`,
};

const CORNER: Partial<Record<BrandId, number>> = { tindra: 22, marisol: 46, rimal: 34 };

/** An SVG of the brand's phone; decorative, so hidden from assistive technology unless `label` names it. */
export function phoneDrawing(brand: BrandId, label: string): string {
  const r = CORNER[brand] ?? 30;
  return `<svg class="phone" viewBox="-16 -14 376 496" role="img" aria-label="${label}">
<defs><clipPath id="glass"><rect width="200" height="410" rx="${r - 8}"/></clipPath>
<linearGradient id="shine" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="#fff" stop-opacity=".35"/><stop offset=".5" stop-color="#fff" stop-opacity="0"/><stop offset="1" stop-color="#000" stop-opacity=".22"/></linearGradient></defs>
<g transform="translate(10 6) rotate(-7 100 205)"><rect width="200" height="410" rx="${r}" fill="var(--body)"/><rect width="200" height="410" rx="${r}" fill="url(#shine)"/><g fill="#15161c" stroke="#ffffff55" stroke-width="3">${LENSES[brand] ?? LENSES.marisol}</g></g>
<g transform="translate(118 34) rotate(5 100 205)"><rect x="-8" y="-8" width="216" height="426" rx="${r}" fill="#101116"/><rect x="-8" y="-8" width="216" height="426" rx="${r}" fill="none" stroke="var(--body)" stroke-width="3"/><g clip-path="url(#glass)">${WALLPAPER[brand] ?? `<rect width="200" height="410" fill="var(--body)"/>`}</g><rect x="76" y="10" width="48" height="13" rx="7" fill="#101116"/></g></svg>`;
}
