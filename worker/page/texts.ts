/** The step's texts: built beside the template and fetched once per isolate, so that the Worker carries no language. */
import type { Locale } from "../../web/i18n/index.ts";
import type { Messages } from "../../web/i18n/messages.ts";

/** Where built files come from: the `ASSETS` binding, or a test's reading of `dist/`. */
export interface Assets {
  fetch(request: Request | URL | string): Promise<Response>;
}

const fetched = new Map<string, Promise<string>>();

/** A built file's text, below `/step/`. Fetched once per isolate; a failure is not remembered. */
export function builtFile(assets: Assets, name: string): Promise<string> {
  const known = fetched.get(name);
  if (known) return known;
  const fresh = assets
    .fetch(new URL(`https://assets.invalid/step/${name}`))
    .then((response) => {
      if (!response.ok) throw new Error("a built file is missing: run the build");
      return response.text();
    })
    .catch((error: unknown) => {
      fetched.delete(name);
      throw error;
    });
  fetched.set(name, fresh);
  return fresh;
}

const parsed = new Map<Locale, Messages>();

/** All texts of one locale; complete by the build, which writes them from `web/i18n`. */
export async function textsOf(assets: Assets, locale: Locale): Promise<Messages> {
  const known = parsed.get(locale);
  if (known) return known;
  const texts = JSON.parse(await builtFile(assets, `${locale}.json`)) as Messages;
  parsed.set(locale, texts);
  return texts;
}
