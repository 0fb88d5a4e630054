/** Keeps a statement under a title, for everybody who may see one of its brands. */
import { useState } from "preact/hooks";
import type { Fault, Saved } from "../given.ts";
import type { Console } from "../model.ts";
import type { Sight } from "../sight.ts";

/** `open` is the saved statement the editor began with; the owner's own is changed, anybody else's is kept anew. */
export function Keep(props: {
  model: Console;
  sight: Sight;
  sql: string;
  open: Saved | undefined;
  kept(entry: Saved): void;
  refused(fault: Fault): void;
}) {
  const { model, sight, sql, open, kept, refused } = props;
  const [asking, setAsking] = useState(false);
  const [title, setTitle] = useState("");
  const [scope, setScope] = useState("");
  const all = sight.brands.map(({ id }) => id).join(",");
  const brands = scope || all;

  async function keep(id?: string) {
    const named = title.trim();
    if (!named) return;
    const outcome = await model.calls.save({ title: named, sql, brands }, id);
    if (!outcome.ok) return refused(outcome.fault);
    setAsking(false);
    kept(outcome.value);
  }

  if (!asking) {
    return (
      <button
        type="button"
        class="quiet"
        onClick={() => {
          setTitle(open?.title ?? "");
          setScope(open?.brands.join(",") ?? "");
          setAsking(true);
        }}
      >
        Save…
      </button>
    );
  }
  const choices = [...new Set([brands, all, ...sight.me.brands.map(({ id }) => id)])];
  return (
    <form
      class="keep"
      onSubmit={(event) => {
        event.preventDefault();
        void keep(open?.mine ? open.id : undefined);
      }}
    >
      <label>
        <span>Title</span>
        <input value={title} maxLength={80} required onInput={(event) => setTitle(event.currentTarget.value)} />
      </label>
      <label>
        <span>For those who see</span>
        <select value={brands} onChange={(event) => setScope(event.currentTarget.value)}>
          {choices.map((ids) => (
            <option key={ids} value={ids}>
              {ids.split(",").join(", ")}
            </option>
          ))}
        </select>
      </label>
      <button type="submit">{open?.mine ? "Save changes" : "Save"}</button>
      {open?.mine && (
        <button type="button" onClick={() => void keep()}>
          Save as new
        </button>
      )}
      <button type="button" class="quiet" onClick={() => setAsking(false)}>
        Cancel
      </button>
    </form>
  );
}
