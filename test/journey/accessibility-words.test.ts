/** What every view says to a screen reader and to people who read: the accessibility tree, titles, names, and where help stands. */
import type { CDPSession } from "playwright-core";
import { expect, it } from "vitest";
import { fill } from "../../web/i18n/messages.ts";
import { phonesOf } from "./browser.ts";
import { playScene, SCENES } from "./scenes.ts";
import { PACKS, packOf, type Stage, stageIn } from "./staged.ts";

const { phone } = phonesOf();
const tindra = packOf("tindra");

/** Views in which the order waits, so that the basket must be known to. */
const PAUSES = new Set(["failed", "blocked", "step expired", "undeliverable", "order changed", "leaving"]);

interface AxValue {
  value?: unknown;
}
interface AxNode {
  nodeId: string;
  parentId?: string;
  ignored: boolean;
  role?: AxValue;
  name?: AxValue;
  description?: AxValue;
  properties?: { name: string; value: AxValue }[];
  childIds?: string[];
}

/** Roles that add nothing to what is in them. */
const SILENT = new Set(
  "generic none InlineTextBox StaticText paragraph RootWebArea list listitem LineBreak LabelText strong time form group".split(
    " ",
  ),
);
const TOLD = ["invalid", "focused", "level", "expanded", "disabled", "modal"];

/** The tree below main and any dialog, one line a node: role, "name", what describes it, and its state. */
async function treeOf(wire: CDPSession): Promise<string[]> {
  const { nodes } = (await wire.send("Accessibility.getFullAXTree")) as { nodes: AxNode[] };
  const byId = new Map(nodes.map((node) => [node.nodeId, node]));
  const lines: string[] = [];
  const walk = (node: AxNode, depth: number) => {
    const role = String(node.role?.value ?? "");
    const shown = !node.ignored && !SILENT.has(role);
    if (shown) {
      const state = (node.properties ?? [])
        .filter(({ name, value }) => TOLD.includes(name) && value.value !== false && value.value !== "false")
        .map(({ name, value }) => `${name}=${value.value}`);
      const words = [
        node.name?.value && `"${node.name.value}"`,
        node.description?.value && `(${node.description.value})`,
      ];
      lines.push(`${"  ".repeat(depth)}${[role, ...words, ...state].filter(Boolean).join(" ")}`);
    }
    for (const id of node.childIds ?? []) {
      const child = byId.get(id);
      if (child) walk(child, shown ? depth + 1 : depth);
    }
  };
  const [root] = nodes;
  if (root) walk(root, 0);
  return lines;
}

/** What a view must have wherever it is met; empty where all is well. */
function amiss(): string[] {
  const found: string[] = [];
  const seen = (element: Element) => element.checkVisibility({ visibilityProperty: true });
  const all = (selector: string) => [...document.querySelectorAll(selector)].filter(seen);
  const dialog = document.querySelector("dialog[open]");
  const primary = (dialog ? [...dialog.querySelectorAll(".primary")] : all(".primary")).filter(seen);
  if (primary.length !== 1) found.push(`${primary.length} main actions (3.3, one action a screen)`);
  if (all("input:not([type=hidden]), textarea, select").length > 1)
    found.push("more than the code is asked for (3.3.7)");
  const help = all("details.help, section.after")[0];
  const action = document.querySelector("main .primary");
  if (help && action && !(action.compareDocumentPosition(help) & Node.DOCUMENT_POSITION_FOLLOWING))
    found.push("help before the action (3.2.6)");
  const [support] = all("footer a");
  if (!support?.getAttribute("href")?.startsWith("tel:"))
    found.push("the support line is not first in the footer (3.2.6)");
  if ([...document.body.children].findIndex(({ tagName }) => tagName === "FOOTER") < 2)
    found.push("footer before main");
  const open = document.querySelector("form.check");
  if (open && !all(".order").length) found.push("no order to review (3.3.4)");
  if (open && !all(".cancel button, form.check .primary").length) found.push("no way to cancel (3.3.4)");
  for (const region of ["status", ...(open ? ["alert"] : [])])
    if (document.querySelectorAll(`[role=${region}]`).length !== 1) found.push(`not one ${region} region (4.1.3)`);
  return found;
}

it("reads every view as it was written down, each with one action, one question, help in its place, and a way out (A1, A2, A17, A19, A21, A25–A29, A37, A38)", async () => {
  const stage = await stageIn(await phone({ deviceScaleFactor: 1 }));
  const wire = await stage.page.context().newCDPSession(stage.page);
  const book: string[] = [];
  const around = new Set<string>();
  const found: string[] = [];
  for (const name of Object.keys(SCENES)) {
    await playScene(stage, tindra, name, "en");
    await stage.pass(0.1);
    const lines = await treeOf(wire);
    const from = lines.findIndex((line) => line.startsWith("main"));
    const to = lines.findIndex((line) => line.startsWith("contentinfo"));
    // Behind a dialog there is nothing.
    if (from >= 0) around.add([...lines.slice(0, from), ...lines.slice(to)].join("\n"));
    const own = from >= 0 ? lines.slice(from + 1, to) : lines;
    const kept = await stage.page.getByText("Your basket is kept for 24 hours.").count();
    if (PAUSES.has(name) && kept !== 1) found.push(`${name}: not a word about the basket (2.2.6)`);
    found.push(...(await stage.page.evaluate(amiss)).map((what) => `${name}: ${what}`));
    book.push(`# ${name}\n${await stage.page.title()}\n\n${own.map((line) => line.replace(/^ {2}/, "")).join("\n")}\n`);
  }
  expect(found).toEqual([]);
  // Header and footer are the same in every view: help is always in the same place (A25).
  expect([...around]).toHaveLength(1);
  const times = (text: string) => text.replace(/\b\d\d:\d\d\b/g, "hh:mm");
  await expect(times(`# Around every view\n${[...around][0]}\n\n${book.join("\n")}`)).toMatchFileSnapshot(
    "accessibility-words.txt",
  );
});

it("is titled by view and brand, errors first, in the page's language (A19, A23)", async () => {
  const stage = await stageIn(await phone({ deviceScaleFactor: 1 }));
  for (const pack of PACKS)
    for (const locale of pack.locales) {
      const told = async (name: string) => {
        await playScene(stage, pack, name, locale);
        const { lang, dir } = await stage.page.evaluate(() => {
          const { lang, dir } = document.documentElement;
          return { lang, dir };
        });
        expect([lang, dir]).toEqual([locale, locale === "ar" ? "rtl" : "ltr"]);
        return stage.page.title();
      };
      const title = await told("wrong");
      const brand = pack.names?.[locale] ?? pack.name;
      const own = brand !== pack.name || locale === pack.defaultLocale;
      expect(await stage.page.locator("header img").getAttribute("lang")).toBe(own ? null : pack.defaultLocale);
      const { check, failed, title: form, title_error } = stage.say();
      expect(title).toBe(fill(title_error, { heading: check, brand }));
      expect(await told("failed")).toBe(fill(form, { heading: failed, brand }));
    }
});

it("asks for the code alone after a reload and after its end, with the order as it was (A15, A29)", async () => {
  const stage: Stage = await stageIn(await phone({ deviceScaleFactor: 1 }));
  const fresh = { code_expires_at: "2026-11-22T13:37:00.000Z", last_sent_at: "2026-11-22T13:32:00.000Z" };
  await stage.show(tindra, { locale: "en", answers: { resend: { state: { delivery: fresh } } } });
  const order = await stage.page.locator(".order").innerText();
  await stage.field.pressSequentially("482");
  await stage.reload();
  expect(await stage.page.locator("input:visible").count()).toBe(1);
  await stage.until(".bare", 10);
  expect(await stage.page.locator(".order").innerText()).toBe(order);
  expect(await stage.page.locator("input:visible").count()).toBe(0);
  await stage.approve.click();
  await stage.until("#code");
  expect(await stage.page.locator("input:visible").count()).toBe(1);
  expect(await stage.page.locator(".order").innerText()).toBe(order);
});
