/** The calendar day in `zone` of an instant in epoch seconds, as the number YYYYMMDD. */
export function calendar(zone: string): (at: number) => number {
  const format = new Intl.DateTimeFormat("en-CA", {
    timeZone: zone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
  });
  const days = new Map<number, number>();
  return (at) => {
    // No zone of today moves by less than a quarter of an hour.
    const quarter = at - (at % 900);
    const day = days.get(quarter) ?? Number(format.format(quarter * 1000).replaceAll("-", ""));
    days.set(quarter, day);
    return day;
  };
}
