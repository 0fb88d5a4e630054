/** Help beside the editor: every column, by data set. */
import { FIELDS } from "./columns.ts";

/** `insert` writes a column's slot where the caret is. */
export function Fields({ insert }: { insert(slot: string): void }) {
  return (
    <>
      {Object.entries(FIELDS).map(([dataSet, fields]) => (
        <details key={dataSet}>
          <summary>
            Fields of <code>{dataSet}</code>
          </summary>
          <ul class="fields">
            {fields.map(({ slot, name, help }) => (
              <li key={slot}>
                <button type="button" onClick={() => insert(slot)}>
                  <code>{slot}</code> {name}
                  <span>{help}</span>
                </button>
              </li>
            ))}
          </ul>
        </details>
      ))}
    </>
  );
}
