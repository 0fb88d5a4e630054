/** What every chart stands on: a named SVG, its width in CSS pixels, and the patterns series differ by. */
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";

/** Looks of series beside their colour: `line-n` dashes and `area-n` fills of the style sheet, `pattern-n` below. */
export type Look = 1 | 2 | 3 | 4 | 5 | 6 | 7;

/** An SVG that says its title and summary to those who cannot see it. Sizes in CSS pixels; it scales in print. */
export function Drawing(props: {
  title: string;
  summary: string;
  width: number;
  height: number;
  children: ComponentChildren;
}) {
  const { title, summary, width, height, children } = props;
  const id = useId();
  return (
    <svg role="img" viewBox={`0 0 ${width} ${height}`} aria-labelledby={`${id}-t`} aria-describedby={`${id}-d`}>
      <title id={`${id}-t`}>{title}</title>
      <desc id={`${id}-d`}>{summary}</desc>
      {children}
    </svg>
  );
}

const FIRST_WIDTH = 640;

/** The width of the element that gets the ref, as it changes; whole CSS pixels. */
export function useWidth<E extends Element>() {
  const ref = useRef<E>(null);
  const [width, setWidth] = useState(FIRST_WIDTH);
  useEffect(() => {
    const watch = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? FIRST_WIDTH)));
    if (ref.current) watch.observe(ref.current);
    return () => watch.disconnect();
  }, []);
  return [ref, width] as const;
}

/** The fills of areas, once per page. Lines and dots over the colour, so that a print in grey can be read. */
export function Patterns() {
  return (
    <svg class="unseen" aria-hidden="true" focusable="false">
      <defs>
        {([2, 3, 4, 5, 6, 7] as const).map((look) => (
          <pattern key={look} id={`pattern-${look}`} width="8" height="8" patternUnits="userSpaceOnUse">
            <rect width="8" height="8" class={`ground-${look}`} />
            <Mark look={look} />
          </pattern>
        ))}
        <pattern id="pattern-open" width="6" height="6" patternUnits="userSpaceOnUse">
          <path d="M0 6L6 0" class="open-mark" />
        </pattern>
      </defs>
    </svg>
  );
}

function Mark({ look }: { look: Look }) {
  const cls = `mark-${look}`;
  if (look === 2) return <path d="M-2 2L2-2M0 8L8 0M6 10L10 6" class={cls} />;
  if (look === 3) return <circle cx="4" cy="4" r="1.4" class={`${cls} dot`} />;
  if (look === 4) return <path d="M0 4H8" class={cls} />;
  if (look === 5) return <path d="M4 0V8M0 4H8" class={cls} />;
  if (look === 6) return <path d="M-2 6L2 10M0 0L8 8M6-2L10 2" class={cls} />;
  return null;
}

/** A piece of a series as its legend shows it. */
export function Swatch({ look, line = false }: { look: Look; line?: boolean }) {
  return (
    <svg class="swatch" width="16" height="10" aria-hidden="true" focusable="false">
      {line ? (
        <path d="M0 5H16" class={`line line-${look}`} />
      ) : (
        <rect width="16" height="10" rx="2" class={`area-${look}`} />
      )}
    </svg>
  );
}
