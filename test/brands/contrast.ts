/** Which colour pairs of a brand would be refused, and what the theme derives in their place (WCAG 2.2 1.4.3, 1.4.11). */
import { contrast, type Hex, worst } from "../../web/colour.ts";
import { type Look, palette } from "../../web/theme.ts";

/** One pair: the pack's own colour where it is used, and the derived one. */
export interface Pair {
  scheme: "light" | "dark";
  use: string;
  /** What stands on what, as the pack says it. */
  given: { colour: Hex; on: Hex; ratio: number };
  derived: { colour: Hex; on: Hex; ratio: number };
  wanted: number;
}

/** Every pair of a brand in the schemes it has; `given.ratio < wanted` is a refusal. */
export function pairs({ color }: Look): Pair[] {
  const schemes = color.scheme === "auto" ? (["light", "dark"] as const) : ([color.scheme] as const);
  return schemes.flatMap((scheme) => {
    const colours = palette(color, scheme === "dark");
    const grounds = [colours.paper, colours.ground, colours.tint];
    const hardest = (colour: Hex) => grounds.toSorted((a, b) => contrast(colour, a) - contrast(colour, b))[0] as Hex;
    const on = (use: string, wanted: number, own: Hex, colour: Hex): Pair => ({
      scheme,
      use,
      wanted,
      given: { colour: own, on: hardest(own), ratio: worst(own, grounds) },
      derived: { colour, on: hardest(colour), ratio: worst(colour, grounds) },
    });
    const label = (use: string, fill: Hex, ink: Hex): Pair => ({
      scheme,
      use,
      wanted: 4.5,
      given: { colour: "#ffffff", on: color.brand, ratio: contrast("#ffffff", color.brand) },
      derived: { colour: ink, on: fill, ratio: contrast(ink, fill) },
    });
    return [
      label("label on the button", colours.brand, colours.label),
      label("label, pressed", colours.press, colours.pressLabel),
      on("links", 4.5, color.brand, colours.link),
      // By night, and for words of our own, no colour of the brand's is asked for.
      on("text", 7, scheme === "light" && color.ink ? color.ink : colours.ink, colours.ink),
      on("quiet text", 4.5, colours.soft, colours.soft),
      on("field border", 3, color.brand, colours.edge),
      on("focus ring", 3, color.brand, colours.ring),
      on("error", 4.5, colours.error, colours.error),
      on("success", 4.5, colours.success, colours.success),
    ];
  });
}

/** Pairs whose derived colours still fall short; a theme that has one is a bug of ours, not the brand's. */
export const unreadable = (look: Look): Pair[] => pairs(look).filter(({ derived, wanted }) => derived.ratio < wanted);
