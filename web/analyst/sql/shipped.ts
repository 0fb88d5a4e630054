/** The text of each shipped question, by the path of its file; built in, so that they need no request. */
export const SHIPPED = import.meta.glob<string>("../../../worker/analytics/questions/*.sql", {
  query: "?raw",
  import: "default",
  eager: true,
});
