/** Reads a chart point by point: arrows, Home and End with the keyboard, or a pointer over it. */
import { useRef } from "preact/hooks";

/** How the points lie: `across` left to right, `down` top to bottom, or a grid with so many columns. */
export type Layout = "across" | "down" | number;

/**
 * Lies over a drawing. A slider is what assistive technology knows for "one of many, move along": its value text is
 * what `say` says of a point. `at` is the point being read, undefined for none; `inset` are the drawing's margins.
 */
export function Reader(props: {
  name: string;
  count: number;
  at: number | undefined;
  move(at: number | undefined): void;
  say(at: number): string;
  layout?: Layout;
  inset?: { left?: number; right?: number; top?: number; bottom?: number };
  /** Enter or a click on a point. */
  pick?: ((at: number) => void) | undefined;
}) {
  const { name, count, at, move, say, layout = "across", inset = {}, pick } = props;
  const box = useRef<HTMLDivElement>(null);
  const { left = 0, right = 0, top = 0, bottom = 0 } = inset;

  /** The point under a pointer. */
  function under(event: PointerEvent | MouseEvent): number {
    const area = box.current?.getBoundingClientRect() ?? new DOMRect();
    const x = (event.clientX - area.left - left) / Math.max(1, area.width - left - right);
    const y = (event.clientY - area.top - top) / Math.max(1, area.height - top - bottom);
    const nth = (share: number, n: number) => Math.max(0, Math.min(n - 1, Math.floor(share * n)));
    if (layout === "across") return Math.max(0, Math.min(count - 1, Math.round(x * (count - 1))));
    if (layout === "down") return nth(y, count);
    return nth(y, Math.ceil(count / layout)) * layout + nth(x, layout);
  }

  const keyDown = (event: KeyboardEvent) => {
    const down = typeof layout === "number" ? layout : 1;
    const steps: Record<string, number> = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: down, ArrowUp: -down };
    if (layout === "across") Object.assign(steps, { ArrowUp: 1, ArrowDown: -1 });
    if (event.key === "Enter" && at !== undefined && pick) pick(at);
    else if (event.key === "Escape") move(undefined);
    else if (event.key === "Home") move(0);
    else if (event.key === "End") move(count - 1);
    else if (event.key in steps) {
      const next = (at ?? -1) + (at === undefined ? 1 : (steps[event.key] ?? 0));
      if (next >= 0 && next < count) move(next);
    } else return;
    event.preventDefault();
  };

  return (
    <div
      ref={box}
      class={pick ? "reader picks" : "reader"}
      role="slider"
      tabIndex={0}
      aria-label={`Read “${name}” with the arrow keys`}
      aria-orientation={layout === "down" ? "vertical" : "horizontal"}
      aria-valuemin={0}
      aria-valuemax={count - 1}
      aria-valuenow={at ?? 0}
      aria-valuetext={say(at ?? 0)}
      onKeyDown={keyDown}
      onFocus={() => at === undefined && box.current?.matches(":focus-visible") && move(0)}
      onBlur={() => move(undefined)}
      onPointerMove={(event) => move(under(event))}
      onPointerDown={(event) => move(under(event))}
      onPointerLeave={() => !box.current?.matches(":focus-visible") && move(undefined)}
      onClick={(event) => pick?.(under(event))}
    />
  );
}
