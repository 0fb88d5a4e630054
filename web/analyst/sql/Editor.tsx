/** A text area with line numbers, and a wavy line below what the guard refuses. */
import type { RefObject } from "preact";
import { useRef } from "preact/hooks";
import type { Complaint } from "../given.ts";
import { lineAndColumn, marked } from "./place.ts";

/** `area` is given the text area, so that others can write into it. `run` on Ctrl or Cmd with Enter. */
export function Editor(props: {
  sql: string;
  complaints: readonly Complaint[];
  area: RefObject<HTMLTextAreaElement | null>;
  change(sql: string): void;
  run(): void;
}) {
  const { sql, complaints, area, change, run } = props;
  const marks = useRef<HTMLPreElement>(null);
  const lines = sql.split("\n").length;
  const rows = Math.max(9, Math.min(28, lines + 1));

  function goTo({ at, length }: Complaint) {
    area.current?.focus();
    area.current?.setSelectionRange(at, at + length);
  }

  return (
    <>
      <div class="editor">
        <pre class="gutter" aria-hidden="true">
          {Array.from({ length: Math.max(lines, rows) }, (_, i) => (i < lines ? i + 1 : "")).join("\n")}
        </pre>
        <div class="area">
          <pre class="marks" aria-hidden="true" ref={marks}>
            {marked(sql, complaints).map(({ text, wrong }, i) => (wrong ? <mark key={i}>{text}</mark> : text))}
            {"\n"}
          </pre>
          <textarea
            ref={area}
            aria-label="Statement"
            aria-describedby="sql-complaints"
            aria-invalid={complaints.length > 0}
            rows={rows}
            wrap="off"
            spellcheck={false}
            autocapitalize="off"
            autocomplete="off"
            value={sql}
            onInput={(event) => change(event.currentTarget.value)}
            onScroll={(event) => {
              const { scrollLeft, scrollTop } = event.currentTarget;
              marks.current?.scrollTo(scrollLeft, scrollTop);
              event.currentTarget.closest(".editor")?.querySelector(".gutter")?.scrollTo(0, scrollTop);
            }}
            onKeyDown={(event) => {
              if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
              event.preventDefault();
              run();
            }}
          />
        </div>
      </div>
      <div id="sql-complaints" class="complaints" role="status">
        <ul>
          {complaints.map((complaint) => {
            const { line, column } = lineAndColumn(sql, complaint.at);
            return (
              <li key={`${complaint.at} ${complaint.text}`}>
                <button type="button" onClick={() => goTo(complaint)}>
                  Line {line}, column {column}
                </button>
                {complaint.text}
              </li>
            );
          })}
        </ul>
      </div>
    </>
  );
}
