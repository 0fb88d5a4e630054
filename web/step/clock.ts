/** A moment of today as the reader's clock shows it; before the script runs nobody knows the time zone, so only the browser calls this. */
export function clock(iso: string, locale: string): string {
  const format = { hour: "2-digit", minute: "2-digit" } as const;
  return new Intl.DateTimeFormat(`${locale}-u-nu-latn`, format).format(new Date(iso));
}
