import { describe, expect, it } from "vitest";
import { contrast, labelOn, oklch, readable, worst } from "../../web/colour.ts";
import { type Palette, palette, themeCss } from "../../web/theme.ts";
import marisol from "../../worker/brands/packs/marisol.json" with { type: "json" };
import rimal from "../../worker/brands/packs/rimal.json" with { type: "json" };
import tindra from "../../worker/brands/packs/tindra.json" with { type: "json" };

const NIGHT = "#121216";

/** Colour, contrast on white, label, link on white, border on white, link on #121216. */
const SAMPLES = [
  ["#e20074", 4.68, "#ffffff", "#e20074", "#e20074", "#ef207e"],
  ["#e60000", 4.81, "#ffffff", "#e60000", "#e60000", "#f5261b"],
  ["#ff7900", 2.63, "#111111", "#bd5800", "#ea6f00", "#ff7900"],
  ["#ffe600", 1.27, "#111111", "#837600", "#a49300", "#ffe600"],
  ["#00a9e0", 2.71, "#111111", "#007ea9", "#009dd1", "#00a9e0"],
  ["#00c300", 2.38, "#111111", "#008800", "#00aa00", "#00c300"],
  ["#b4ff00", 1.22, "#111111", "#598100", "#70a000", "#b4ff00"],
  ["#0019a5", 12.48, "#ffffff", "#0019a5", "#0019a5", "#3d75fe"],
  ["#2277d3", 4.52, "#ffffff", "#2075d1", "#2277d3", "#2b7fdc"],
] as const;

const STEPS = Array.from({ length: 18 }, (_, i) => Math.round((i * 255) / 17));
const GRID = STEPS.flatMap((r) =>
  STEPS.flatMap((g) => STEPS.map((b) => `#${[r, g, b].map((x) => x.toString(16).padStart(2, "0")).join("")}`)),
);

function faults(colours: Palette, text: number, edge: number): string[] {
  const grounds = [colours.paper, colours.ground, colours.tint];
  const found: string[] = [];
  for (const name of ["ink", "soft", "link", "error", "success"] as const) {
    if (worst(colours[name], grounds) < text) found.push(name);
  }
  for (const name of ["edge", "ring"] as const) if (worst(colours[name], grounds) < edge) found.push(name);
  if (contrast(colours.button, colours.paper) < edge) found.push("button");
  for (const [fill, label] of [
    ["brand", "label"],
    ["hover", "hoverLabel"],
    ["press", "pressLabel"],
  ] as const) {
    if (contrast(colours[fill], colours[label]) < text) found.push(label);
  }
  return found;
}

describe("the derived theme", () => {
  it.each(SAMPLES)("derives the sample %s as published", (colour, onWhite, label, link, border, night) => {
    expect(contrast(colour, "#ffffff")).toBeCloseTo(onWhite, 2);
    expect(labelOn(colour)).toBe(label);
    expect(readable(colour, ["#ffffff"], 4.6)).toBe(link);
    expect(readable(colour, ["#ffffff"], 3.1)).toBe(border);
    expect(readable(colour, [NIGHT], 4.6)).toBe(night);
  });

  it("leaves no unreadable pair for any of 5,832 brand colours, by day and by night", () => {
    const bad = GRID.flatMap((brand) =>
      [false, true].flatMap((dark) =>
        faults(palette({ brand, scheme: "auto" }, dark), 4.5, 3).map((n) => [brand, dark, n]),
      ),
    );
    expect(bad).toEqual([]);
  });

  it("reaches 7:1 and 4.5:1 for people who ask for more contrast", () => {
    const few = GRID.filter((_, i) => i % 11 === 0);
    const bad = few.flatMap((brand) =>
      [false, true].flatMap((dark) =>
        faults(palette({ brand, scheme: "auto" }, dark, true), 7, 4.5).map((n) => [brand, dark, n]),
      ),
    );
    expect(bad).toEqual([]);
  });

  it.each([tindra, marisol, rimal])("holds for the pack $id", (pack) => {
    const color = pack.color as Parameters<typeof palette>[0];
    for (const dark of [false, true]) {
      expect(faults(palette(color, dark), 4.5, 3)).toEqual([]);
      expect(faults(palette(color, dark, true), 7, 4.5)).toEqual([]);
    }
  });

  it("never rings a field in a colour that could be taken for its error border", () => {
    const degrees = (colour: string) => (oklch(colour).h * 180) / Math.PI;
    for (const dark of [false, true]) {
      for (const brand of GRID.filter((_, i) => i % 7 === 0)) {
        const { ring, error, ink } = palette({ brand, scheme: "auto" }, dark);
        const turn = Math.abs(degrees(ring) - degrees(error));
        const told = ring === ink || oklch(ring).c <= 0.04 || Math.min(turn, 360 - turn) > 25;
        expect(told, `${brand}: ${ring} beside ${error}`).toBe(true);
      }
      const { ring, ink } = palette(marisol.color as Parameters<typeof palette>[0], dark);
      expect(ring).toBe(ink);
      const blue = palette(tindra.color as Parameters<typeof palette>[0], dark);
      expect(blue.ring).not.toBe(blue.ink);
    }
  });

  it("writes plain declarations only: no url, no import, no markup", () => {
    for (const pack of [tindra, marisol, rimal]) {
      const css = themeCss(pack as Parameters<typeof themeCss>[0]);
      expect(css).not.toMatch(/url\(|@import|<|undefined|NaN/);
    }
  });
});
