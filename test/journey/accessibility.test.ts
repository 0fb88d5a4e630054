import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { BRANDS } from "../standins/secrets.ts";
import { at, customerOf, textTo } from "./around.ts";
import { phonesOf } from "./browser.ts";
import { says, stepOn, wrongFor } from "./shopper.ts";
import { toStep } from "./shopping.ts";

const { phone } = phonesOf();
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** What axe finds in `view`, in both schemes. */
async function violations(page: Page, view: string): Promise<string[]> {
  const found: string[] = [];
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await new AxeBuilder({ page }).setLegacyMode().withTags(TAGS).analyze();
    found.push(
      ...violations.map(({ id, nodes }) => `${view} ${colorScheme}: ${id} at ${nodes.map((n) => n.target).join(", ")}`),
    );
  }
  return found;
}

it.each(BRANDS)("has no violation that axe knows in the views of %s, light or dark", async (brand) => {
  const who = await customerOf(brand);
  const page = await (await phone()).newPage();
  const step = await toStep(page, who);
  const { code } = await textTo(who);
  await step.resend.waitFor();
  const found = await violations(page, "sent");
  for (let nth = 1; nth <= 5; nth++) {
    await step.enter(wrongFor(code, nth));
    if (nth < 5) await expect.poll(() => step.field.inputValue()).toBe("");
    if (nth === 1) found.push(...(await violations(page, "wrong")));
  }
  await says(step.title, step.say.failed);
  found.push(...(await violations(page, "failed")));
  await page.goto(`${at.brand(brand)}/v/nothing?lang=${who.lang}`);
  await says(stepOn(page, brand).title, step.say.closed);
  found.push(...(await violations(page, "closed")));
  expect(found).toEqual([]);
});
