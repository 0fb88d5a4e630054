/** The pages' texts: built beside the template and fetched once per isolate, so that the Worker carries no language. */
import type { Locale } from "../../web/i18n/index.ts";
import type { DenyTexts, Messages, Tone } from "../../web/i18n/messages.ts";

/** Where built files come from: the `ASSETS` binding, or a test's reading of `dist/`. */
export interface Assets {
  fetch(request: Request | URL | string): Promise<Response>;
}

// Values only, never promises: that of a request whose client went away would be waited for until the isolate ends.
const fetched = new Map<string, string>();

/** A built file's text, by its path in the build. Fetched once per isolate; a failure is not remembered. */
export async function builtFile(assets: Assets, name: string): Promise<string> {
  const known = fetched.get(name);
  if (known !== undefined) return known;
  const response = await assets.fetch(new URL(`https://assets.invalid/${name}`));
  if (!response.ok) throw new Error("a built file is missing: run the build");
  const text = await response.text();
  fetched.set(name, text);
  return text;
}

const parsed = new Map<string, unknown>();

/** All texts of one locale in the brand's tone; complete by the build, which writes them from `web/i18n`. */
export function textsOf(assets: Assets, locale: Locale, tone: Tone): Promise<Messages> {
  return read<Messages>(assets, `step/${locale}-${tone}.json`);
}

/** What only the deny page says in one locale. */
export function denyTextsOf(assets: Assets, locale: Locale, tone: Tone): Promise<DenyTexts> {
  return read<DenyTexts>(assets, `deny/${locale}-${tone}.json`);
}

async function read<T>(assets: Assets, name: string): Promise<T> {
  if (!parsed.has(name)) parsed.set(name, JSON.parse(await builtFile(assets, name)));
  return parsed.get(name) as T;
}
