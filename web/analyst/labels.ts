/** What outcomes, reasons and steps are called. */

/** The four numbers, under the names they were asked for with. */
export const FOUR = {
  proceeded: "authenticated and proceeded",
  aborted: "aborted",
  failed: "failed",
  attempts: "number of attempts",
} as const;

/** Group of an outcome: the first three are numbers of their own. */
export type Group = "proceeded" | "aborted" | "failed" | "held" | "prevented" | "withdrawn" | "exempt";

/** Every outcome a verification can have, its group and its name. */
export const OUTCOMES: Record<string, readonly [Group, string]> = {
  proceeded: ["proceeded", "authenticated and proceeded"],
  stopped: ["held", "stopped by the shop after the code"],
  unreported: ["held", "authenticated, never redeemed"],
  aborted: ["aborted", "aborted"],
  expired: ["failed", "time ran out"],
  locked: ["failed", "too many wrong codes"],
  undeliverable: ["failed", "text not delivered"],
  failed_technical: ["failed", "technical failure"],
  denied: ["prevented", "“not my order”"],
  blocked: ["prevented", "blocked"],
  canceled: ["withdrawn", "canceled by the shop"],
  superseded: ["withdrawn", "order changed"],
  exempt: ["exempt", "exempt: no code asked for"],
};

/** What each group is called. */
export const GROUPS: Record<Group, string> = {
  proceeded: FOUR.proceeded,
  aborted: FOUR.aborted,
  failed: FOUR.failed,
  held: "authenticated, not proceeded",
  prevented: "prevented",
  withdrawn: "withdrawn",
  exempt: "not challenged",
};

/** Outcomes of the number *failed*. */
export const FAILED = ["expired", "locked", "undeliverable", "failed_technical"] as const;

/** Why a shopper went; other reasons are called by their wire word. */
export const REASONS: Record<string, string> = {
  left: "left the page",
  no_access_to_number: "no access to the number",
};

/** What each kind of device is called. */
export const DEVICE_NAMES: Record<string, string> = {
  ios: "iPhone and iPad",
  android: "Android",
  desktop: "Desktop",
  other: "Other",
};

/** What the kinds of a verification are called, dimension by dimension. */
export const KIND_NAMES: Record<string, Record<string, string>> = {
  category: { hardware: "Hardware", service: "Service", accessory: "Accessory" },
  autofill: { none: "Autofill not offered", offered: "Autofill offered, not taken", used: "Filled in by the browser" },
  mode: { redirect: "On its own page", frame: "In the shop’s frame" },
};

const regions = new Intl.DisplayNames("en-GB", { type: "region", fallback: "code" });

/** A country's name; `ZZ` is a verification for which no number could be read. */
export function countryName(code: string): string {
  return code === "ZZ" || !/^[A-Z]{2}$/.test(code) ? "number unknown" : (regions.of(code) ?? code);
}
