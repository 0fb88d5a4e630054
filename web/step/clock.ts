import { intl } from "../i18n/messages.ts";

/** A moment of today as the reader's clock shows it; before the script runs nobody knows the time zone, so only the browser calls this. */
export function clock(iso: string, locale: string): string {
  return new Intl.DateTimeFormat(intl(locale), { timeStyle: "short" }).format(new Date(iso));
}
