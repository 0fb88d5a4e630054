/** Questions of the reader's own. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { Statement } from "../calls.ts";
import type { Answer, Ask, Complaint, Fault, Saved } from "../given.ts";
import type { Console } from "../model.ts";
import { faultText } from "../Panel.tsx";
import type { Sight } from "../sight.ts";
import { download } from "../Table.tsx";
import { Editor } from "./Editor.tsx";
import { Fields } from "./Fields.tsx";
import { Keep } from "./Keep.tsx";
import { Result } from "./Result.tsx";
import { SHIPPED } from "./shipped.ts";
import { type Starter, starters } from "./starters.ts";

/** Editor, answer, saved and shipped questions, and help with the columns. */
export function SqlPage({ console: model, sight }: { console: Console; sight: Sight }) {
  const { range, filters, me } = sight;
  const all = starters(SHIPPED, range.from, range.to);
  const [sql, setSql] = useState(() => all.find(({ name }) => name === "outcomes")?.sql ?? "");
  const [asked, setAsked] = useState<Ask | Statement>();
  const [answer, setAnswer] = useState<Answer>();
  const [fault, setFault] = useState<Fault>();
  const [running, setRunning] = useState(false);
  const [saved, setSaved] = useState<readonly Saved[]>([]);
  const [open, setOpen] = useState<Saved>();
  const area = useRef<HTMLTextAreaElement>(null);
  const turn = useRef(0);
  const free = me.engine === "engine";

  const listed = async () => {
    const outcome = await model.calls.saved();
    if (outcome.ok) setSaved(outcome.value.data);
  };
  useEffect(() => void listed(), []);

  const statement = (text: string): Statement => ({
    sql: text,
    from: range.from,
    to: range.to,
    ...(filters.brand && { brand: filters.brand }),
  });

  /** Runs one at a time; of two answers the later question's counts. */
  async function run(what: Ask | Statement) {
    const mine = ++turn.current;
    setRunning(true);
    const outcome = await ("sql" in what ? model.calls.run(what) : model.calls.ask(what));
    if (mine !== turn.current) return;
    setRunning(false);
    setFault(outcome.ok ? undefined : outcome.fault);
    if (outcome.ok) setAnswer(outcome.value);
    if (outcome.ok) setAsked(what);
  }

  function begin(starter: Starter) {
    setOpen(undefined);
    setFault(undefined);
    if (!free) return void run(sight.ask(starter.name));
    setSql(starter.sql);
    area.current?.focus();
  }

  function insert(slot: string) {
    const field = area.current;
    if (!field) return;
    field.focus();
    field.setRangeText(slot, field.selectionStart, field.selectionEnd, "end");
    setSql(field.value);
  }

  async function file() {
    if (!asked) return;
    const outcome = await model.calls.file(asked);
    if (outcome.ok) download(outcome.value, "answer.csv");
    else setFault(outcome.fault);
  }

  const complaints: readonly Complaint[] = fault?.complaints ?? [];
  return (
    <div class="sql">
      <div class="writing">
        {free ? (
          <section class="panel" aria-label="Statement">
            <Editor
              sql={sql}
              complaints={complaints}
              area={area}
              change={(text) => {
                setSql(text);
                setFault(undefined);
              }}
              run={() => void run(statement(sql))}
            />
            <div class="row">
              <button
                type="button"
                class="primary"
                disabled={running || !sql.trim()}
                onClick={() => void run(statement(sql))}
              >
                {running ? "Running" : "Run"}
              </button>
              <kbd>Ctrl or ⌘ + Enter</kbd>
              <Keep
                model={model}
                sight={sight}
                sql={sql}
                open={open}
                kept={(entry) => {
                  setOpen(entry);
                  void listed();
                }}
                refused={setFault}
              />
            </div>
          </section>
        ) : (
          <section class="panel" aria-label="Statement">
            <p class="nothing">
              Free SQL is not available here: this deployment keeps exact sums, no rows. The shipped questions run as
              they are.
            </p>
          </section>
        )}
        {fault && complaints.length === 0 && (
          <p class="banner" role="status">
            {faultText(fault)}
          </p>
        )}
        {answer && <Result answer={answer} zone={sight.zone} file={() => void file()} />}
      </div>
      <aside aria-label="To begin with">
        {free && saved.length > 0 && (
          <details open>
            <summary>Saved questions</summary>
            <ul class="saved">
              {saved.map((entry) => (
                <li key={entry.id}>
                  <button
                    type="button"
                    aria-pressed={open?.id === entry.id}
                    onClick={() => {
                      setOpen(entry);
                      setFault(undefined);
                      setSql(entry.sql);
                    }}
                  >
                    {entry.title}
                    <span>
                      {entry.mine ? "yours" : entry.owner} · {entry.brands.join(", ")}
                    </span>
                  </button>
                  {(entry.mine || me.role === "admin") && (
                    <button
                      type="button"
                      class="forget"
                      aria-label={`Delete “${entry.title}”`}
                      onClick={async () => {
                        const outcome = await model.calls.forget(entry.id);
                        if (!outcome.ok) setFault(outcome.fault);
                        if (open?.id === entry.id) setOpen(undefined);
                        await listed();
                      }}
                    >
                      Delete
                    </button>
                  )}
                </li>
              ))}
            </ul>
          </details>
        )}
        <details open>
          <summary>Shipped questions</summary>
          <ul class="starters">
            {all.map((starter) => (
              <li key={starter.name}>
                <button type="button" onClick={() => begin(starter)}>
                  {starter.title}
                </button>
              </li>
            ))}
          </ul>
        </details>
        {free && <Fields insert={insert} />}
      </aside>
    </div>
  );
}
