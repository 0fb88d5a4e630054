/** How the digits reached the field. A claim, used as a signal only, and to decide whether to submit by itself. */
import type { Entry } from "../../worker/contract.ts";

/** One `input` event: `before` and `after` are normalised digits, `inputType` is the browser's word, absent for most autofill. */
export interface Arrival {
  before: string;
  after: string;
  inputType: string | undefined;
  digits: number;
}

/** The entry, and whether one event brought the whole code: only then may the page submit by itself. */
export function arrivalOf({ before, after, inputType, digits }: Arrival): { entry: Entry; whole: boolean } {
  const full = after.length === digits;
  if (inputType === "insertFromPaste" || inputType === "insertFromDrop") {
    return { entry: "paste", whole: full && !(before && after.startsWith(before)) };
  }
  const byKey = inputType?.startsWith("insertText") || inputType?.startsWith("insertComposition");
  const whole = full && (before === "" || (!byKey && !inputType?.startsWith("delete")));
  return { entry: whole ? "autofill" : "typed", whole };
}
