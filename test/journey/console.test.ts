import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { PAGES } from "../../web/analyst/filters.ts";
import { TITLES } from "../../web/analyst/model.ts";
import { type AnalystServer, analystServer } from "./analyst.ts";
import { at } from "./around.ts";
import { phonesOf } from "./browser.ts";
import { until } from "./until.ts";

const { desktop } = phonesOf();
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const WIDE = { width: 1440, height: 900 };
const NARROW = { width: 390, height: 844 };
/** A Friday, five days after the clocks of Europe went back. */
const NOW = Date.parse("2026-10-30T14:20:00Z") / 1000;

let server: AnalystServer;
beforeAll(async () => {
  server = await analystServer(NOW);
});
afterAll(() => server.close());
afterEach(() => Object.assign(server.mood, { store: "answers", weigh: 1, engine: "engine", now: NOW }));

/** A page of the console, opened at `query`, at `NOW`. */
async function opened(query = ""): Promise<Page> {
  const page = await (await desktop({ viewport: WIDE, timezoneId: "Europe/Berlin" })).newPage();
  await page.clock.setFixedTime(NOW * 1000);
  await page.goto(`${server.origin}/console${query}`);
  return page;
}

/** Nothing is being waited for any more. */
async function drawn(page: Page) {
  await page.locator("h1, .panel, .four").nth(1).waitFor({ state: "attached" });
  await page.locator(".waiting").first().waitFor({ state: "detached" });
}
const panel = (page: Page, name: string) => page.getByRole("region", { name, exact: true });
const banner = (page: Page) => page.locator(".banner");
/** Whether a statement's field has these words. */
const says = (area: HTMLElement, words: string) => (area as HTMLTextAreaElement).value.includes(words);
/** Lets the page believe that `minutes` have passed, and that somebody looks at it again. */
async function later(page: Page, minutes: number) {
  server.mood.now = NOW + minutes * 60;
  await page.clock.setFixedTime((NOW + minutes * 60) * 1000);
  await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
}

async function violations(page: Page, view: string): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().withTags(TAGS).analyze();
  return violations.map(({ id, nodes }) => `${view}: ${id} at ${nodes.map((n) => n.target).join(", ")}`);
}

describe("every page", () => {
  it("has no violation that axe knows, wide or narrow, light or dark, and never scrolls sideways", async () => {
    const page = await opened();
    const found: string[] = [];
    for (const name of PAGES) {
      await page.setViewportSize(WIDE);
      await page.getByRole("link", { name: TITLES[name], exact: true }).click();
      await page.getByRole("heading", { level: 1, name: TITLES[name] }).waitFor();
      await drawn(page);
      // Each page in both widths and both schemes; which goes with which alternates.
      const [first, second] = PAGES.indexOf(name) % 2 ? (["dark", "light"] as const) : (["light", "dark"] as const);
      for (const [colorScheme, size] of [
        [first, WIDE],
        [second, NARROW],
      ] as const) {
        await page.setViewportSize(size);
        await page.emulateMedia({ colorScheme });
        found.push(...(await violations(page, `${name} ${colorScheme} ${size.width}`)));
        const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        if (over > 0) found.push(`${name} ${size.width} is ${over} px too wide`);
      }
    }
    expect(found).toEqual([]);
  });

  it("has its own address, which leads back to it, and which back and forward follow", async () => {
    const page = await opened("?page=funnel&brand=tindra");
    await page.getByRole("heading", { level: 1, name: "Funnel" }).waitFor();
    await page.getByRole("combobox", { name: "Country" }).selectOption("NO");
    await page.getByRole("link", { name: "Delivery", exact: true }).click();
    expect(new URL(page.url()).search).toBe("?page=delivery&brand=tindra&country=NO");
    await page.goBack();
    await page.getByRole("heading", { level: 1, name: "Funnel" }).waitFor();
    await page.goBack();
    expect(await page.getByRole("combobox", { name: "Country" }).inputValue()).toBe("");
    expect(new URL(page.url()).search).toBe("?page=funnel&brand=tindra");
    expect(server.asked.at(-1)).toMatchObject({ brand: "tindra" });
  });

  it("is dark when its reader says so, whatever the device says, also the next time", async () => {
    const page = await opened("?page=data");
    const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    const light = await ground();
    const is = (html: HTMLElement, colour: string) => getComputedStyle(html).backgroundColor === colour;
    const isNot = (html: HTMLElement, colour: string) => getComputedStyle(html).backgroundColor !== colour;
    await page.getByRole("combobox", { name: "Appearance" }).selectOption("dark");
    await until(page.locator("html"), isNot, light);
    const dark = await ground();
    await page.reload();
    await page.getByRole("combobox", { name: "Appearance" }).waitFor();
    await until(page.locator("html"), is, dark);
  });
});

describe("the four numbers", () => {
  it("stand first, under the names they were asked for with, exact and against the period before", async () => {
    const page = await opened();
    await drawn(page);
    const names = await page.locator(".four dt").allTextContents();
    expect(names).toEqual(["authenticated and proceeded", "aborted", "failed", "number of attempts"]);
    const first = page.locator(".four .tile").first();
    expect(await first.locator(".value").textContent()).toMatch(/^\d\d,\d\d\d$/);
    expect(await first.locator(".change").textContent()).toMatch(/\d % (more|less).*before \d/);
    expect(await page.locator(".four .spark").count()).toBe(4);
    await page.getByRole("combobox", { name: "Compare with" }).selectOption("none");
    await until(first, (tile) => !tile.querySelector(".change"), null);
  });

  it("say how right they are when rows were sampled, and grey what rests on few of them", async () => {
    server.mood.weigh = 10;
    const page = await opened();
    await drawn(page);
    expect(await page.locator(".four .value").first().textContent()).toMatch(/^≈ [\d,]+ ± [\d,]+$/);
    expect(await page.locator(".tile.few dt").allTextContents()).toContain("“not my order”");
    await page.getByRole("button", { name: "Table of “Countries”" }).click();
    expect(await panel(page, "Countries").getByRole("columnheader").allTextContents()).toContain("margin");
  });
});

describe("a chart", () => {
  it("is read with the arrow keys, and says what its table says", async () => {
    const page = await opened("?brand=tindra");
    await drawn(page);
    const outcomes = panel(page, "Outcomes over time");
    const reader = outcomes.getByRole("slider");
    await reader.focus();
    await page.keyboard.press("End");
    expect(await reader.getAttribute("aria-valuetext")).toContain("Fri 30 Oct, still open");
    await page.keyboard.press("Home");
    await page.keyboard.press("ArrowRight");
    const said = (await reader.getAttribute("aria-valuetext")) ?? "";
    await outcomes.getByRole("button", { name: "Table of “Outcomes over time”" }).click();
    const cells = await outcomes.getByRole("row").nth(2).locator("th, td").allTextContents();
    expect(said).toContain(`${cells[0]}: authenticated and proceeded ${cells[1]}, aborted ${cells[3]}`);
    expect(await outcomes.locator("svg title").first().textContent()).toBe("Outcomes over time");
    expect(await outcomes.locator("svg desc").first().textContent()).toMatch(/^[\d,]+ verifications:/);
  });

  it("shows the days of the chosen zone, also over the clock change", async () => {
    const page = await opened("?period=2026-10-24..2026-10-26&brand=marisol&zone=Europe/Berlin");
    await drawn(page);
    const asked = server.asked.filter(({ question }) => question === "hourly").map(({ from, to }) => [from, to]);
    expect(asked).toContainEqual([
      Date.parse("2026-10-23T22:00:00Z") / 1000,
      Date.parse("2026-10-26T23:00:00Z") / 1000,
    ]);
    const outcomes = panel(page, "Outcomes over time");
    await outcomes.getByRole("button", { name: "Table of “Outcomes over time”" }).click();
    expect(await outcomes.getByRole("row").count()).toBe(1 + 73);
    const twice = outcomes.getByRole("rowheader").filter({ hasText: "Sun 25 Oct, 02:00" });
    expect(await twice.allTextContents()).toEqual(["Sun 25 Oct, 02:00 GMT+2", "Sun 25 Oct, 02:00 GMT+1"]);
  });

  it("saves its table as a file with unrounded numbers", async () => {
    const page = await opened("?brand=tindra");
    await drawn(page);
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "CSV of “Countries”" }).click();
    const file = await download;
    expect(file.suggestedFilename()).toBe("countries.csv");
    const chunks: Buffer[] = [];
    for await (const chunk of await file.createReadStream()) chunks.push(chunk as Buffer);
    expect(Buffer.concat(chunks).toString()).toMatch(/^country,created,margin,.*\r\nNorway,\d+,0,0\.\d{5,}/);
  });
});

describe("two groups", () => {
  it("are held against each other by what rows say, with wrong codes and releases", async () => {
    const page = await opened("?page=funnel&a=category:hardware&b=autofill:used");
    await drawn(page);
    const [first, second] = ["First group", "Second group"].map((name) => page.getByRole("combobox", { name }));
    expect(
      await first?.locator("optgroup").evaluateAll((all) => all.map((one) => (one as HTMLOptGroupElement).label)),
    ).toEqual([
      "Device",
      "Country",
      "Brand",
      "What was ordered",
      "Autofill of the code",
      "Where the step was shown",
      "Release, by its first day",
    ]);
    await panel(page, "Funnel: Hardware").getByRole("slider").waitFor();
    const wrong = panel(page, "Wrong codes").getByRole("row");
    expect(await wrong.nth(1).textContent()).toMatch(/^Hardware[\d,]+[\d,]+\d+\.\d %1\.\d\d\d\d\.\d %$/);
    expect(server.asked).toContainEqual(expect.objectContaining({ question: "attemptsMean", autofill: "used" }));
    await second?.selectOption({ label: "0a1b2c3d, 26 Oct" });
    await page.getByRole("heading", { name: "Funnel: Release 0a1b2c3d" }).waitFor();
    expect(new URL(page.url()).search).toBe("?page=funnel&a=category:hardware&b=release:0a1b2c3d");
    await second?.selectOption("mode:frame");
    await panel(page, "Funnel: In the shop’s frame").filter({ hasText: "Nothing in this period" }).waitFor();
  });

  it("are chosen by what is kept, where only sums are", async () => {
    server.mood.engine = "rollup";
    server.asked.length = 0;
    const page = await opened("?page=funnel");
    await drawn(page);
    expect(await page.getByRole("combobox", { name: "First group" }).locator("optgroup").count()).toBe(3);
    expect(server.asked.filter(({ question }) => question === "releases")).toEqual([]);
  });
});

describe("how long it took", () => {
  const heads = (page: Page, name: string) => panel(page, name).getByRole("columnheader").allTextContents();
  const head = (page: Page, name: string, said: string) =>
    panel(page, name).getByRole("columnheader").filter({ hasText: said });
  const TIMES = [
    "receipt after, median",
    "receipt after, 95\u00a0%",
    "authenticated after, median",
    "authenticated after, 95\u00a0%",
  ];

  it("stands beside gateways, operators and countries, exact and from a hundred on", async () => {
    const page = await opened("?page=delivery&period=yesterday&brand=tindra");
    await drawn(page);
    for (const name of ["Gateways", "Operators", "Countries"])
      for (const time of TIMES) await head(page, name, time).waitFor();
    const cells = async (n: number) => (await panel(page, "Countries").getByRole("row").nth(n).textContent()) ?? "";
    expect(await cells(1)).toMatch(/^Norway.*\d\.\d s\d+\.\d s\d+\.\d s\d+\.\d s$/);
    expect(await cells(3)).toMatch(/^Denmark.*––––$/);
  });

  it("calls no hour poor that rests on few rows read, however many texts they stand for", async () => {
    const page = await opened("?page=delivery");
    const flags = () => panel(page, "Receipts by hour: twilio").locator(".flag").count();
    await drawn(page);
    await panel(page, "Receipts by hour: twilio").locator(".flag").first().waitFor({ state: "attached" });
    server.mood.weigh = 10;
    await page.reload();
    await panel(page, "Receipts by hour: twilio").getByText("rest on fewer than 30 rows read").waitFor();
    expect(await flags()).toBe(0);
  });

  it("is about so long in a sample, with the rows it was read from", async () => {
    server.mood.weigh = 10;
    const page = await opened("?page=delivery");
    await drawn(page);
    for (const said of ["receipt after, ≈ median", "receipt after, rows read", "authenticated, margin"])
      await head(page, "Operators", said).waitFor();
  });

  it("is about so long where sums know it, and not there where they do not", async () => {
    server.mood.engine = "rollup";
    server.asked.length = 0;
    const page = await opened("?page=delivery");
    await drawn(page);
    await head(page, "Countries", "receipt after, ≈ median").waitFor();
    expect(await heads(page, "Operators")).not.toContain("authenticated after, ≈ median");
    const operators = panel(page, "Operators");
    expect(await operators.textContent()).toContain("The time to an authentication is not kept this way.");
    for (const question of ["latencyByGateway", "verifyTimeByOperator"])
      expect(server.asked.filter((one) => one.question === question)).toEqual([]);
  });
});

describe("the comparison of both stores", () => {
  it("says when it was done by itself, and which day is off by what", async () => {
    const page = await opened("?page=data");
    const card = panel(page, "Tindra Mobil");
    await card.getByRole("table").waitFor();
    expect(await card.textContent()).toContain("Last comparedFri 30 Oct, 15:17");
    const rows = (await card.getByRole("row").allTextContents()).slice(1);
    expect(rows).toEqual([
      "30 Oct 2026, until 11:001,4201,420100.0 %",
      "29 Oct 20261,4091,37597.6 %",
      "differs authenticated and proceeded 30 missing, time ran out 4 missing",
      "28 Oct 20261,3981,398100.0 %",
      "27 Oct 20261,3871,387100.0 %",
    ]);
    server.mood.engine = "rollup";
    await page.reload();
    await card.filter({ hasText: "exact sums have nothing to differ from" }).waitFor();
  });
});

describe("what can be wrong", () => {
  it("is nothing, where nothing was ever recorded", async () => {
    server.mood.store = "empty";
    const page = await opened();
    await page.getByRole("heading", { name: "Nothing yet" }).waitFor();
    expect(await banner(page).count()).toBe(0);
    await page.getByRole("link", { name: "Delivery", exact: true }).click();
    await panel(page, "Operators").filter({ hasText: "Nothing yet" }).waitFor();
    await page.getByRole("link", { name: "Overview", exact: true }).click();
    await page.getByRole("combobox", { name: "Country" }).selectOption("NO");
    await page.getByRole("heading", { name: "Nothing in this period" }).waitFor();
  });

  it("shows which numbers are old, and since when, and recovers", async () => {
    const page = await opened();
    await drawn(page);
    const number = await page.locator(".four .value").first().textContent();
    server.mood.store = "fails";
    await later(page, 11);
    await banner(page).waitFor();
    expect(await banner(page).textContent()).toContain("These numbers are from Fri 30 Oct, 15:20");
    await panel(page, "Outcomes over time").filter({ hasText: "as of 15:20" }).waitFor();
    // An hour later the period would end an hour later, and of that one nothing was ever answered.
    await later(page, 71);
    expect(await page.locator(".four .value").first().textContent()).toBe(number);
    expect(await banner(page).textContent()).toContain("These numbers are from Fri 30 Oct, 15:20");
    server.mood.store = "answers";
    await banner(page).getByRole("button", { name: "Try again" }).click();
    await banner(page).waitFor({ state: "detached" });
  });

  it("says so once where nothing was ever answered, and begins when asked again", async () => {
    server.mood.store = "fails";
    const page = await opened();
    await page.getByRole("heading", { name: "No numbers now" }).waitFor();
    expect(await page.getByText("The analytics store does not answer.").count()).toBe(1);
    server.mood.store = "answers";
    await page.getByRole("button", { name: "Try again" }).click();
    await panel(page, "Countries").filter({ hasText: "Spain" }).waitFor();
  });

  it("holds the place of what is on its way", async () => {
    server.mood.store = "hangs";
    const page = await opened();
    await panel(page, "Countries").getByText("Loading").waitFor({ state: "attached" });
    expect(await page.locator(".failed").count()).toBe(0);
  });

  it("sends the reader to sign in when the session is over", async () => {
    const page = await opened();
    await drawn(page);
    server.mood.store = "out";
    await later(page, 5);
    await page.getByRole("alert").getByRole("link", { name: "Sign in again" }).waitFor();
  });
});

describe("a statement of the reader's own", () => {
  it("is run by keyboard, and drawn as its reader picks", async () => {
    const page = await opened("?page=sql&brand=tindra");
    const area = page.getByLabel("Statement", { exact: true }).and(page.locator("textarea"));
    await page.getByRole("button", { name: "Hour by hour" }).click();
    await until(area, says, "intDiv(toUInt32(double1), 3600)");
    await area.press("Control+Enter");
    const answer = panel(page, "Answer");
    await answer.getByRole("table").waitFor();
    expect(server.asked.at(-1)).toMatchObject({ brand: "tindra", sql: await area.inputValue() });
    await answer.getByRole("button", { name: "Lines" }).click();
    await answer.getByRole("slider").waitFor();
    expect(await violations(page, "answer")).toEqual([]);
  });

  it("is complained about where it is wrong", async () => {
    const page = await opened("?page=sql");
    const area = page.locator("textarea");
    await area.fill("SELECT\n  uniq(blob2) AS u\nFROM otp_sessions");
    await page.getByRole("button", { name: "Run" }).click();
    await page.getByRole("button", { name: "Line 2, column 3" }).click();
    expect(await page.locator("mark").textContent()).toBe("uniq");
    expect(
      await area.evaluate((field: HTMLTextAreaElement) => field.value.slice(field.selectionStart, field.selectionEnd)),
    ).toBe("uniq");
    expect(await violations(page, "complaint")).toEqual([]);
  });

  it("is kept under a title for a brand, and found again", async () => {
    const page = await opened("?page=sql");
    await page.getByRole("button", { name: "Save…" }).click();
    await page.getByLabel("Title").fill("How it ends");
    await page.getByLabel("For those who see").selectOption("tindra");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByRole("button", { name: /^How it ends/ }).waitFor();
    await page.reload();
    await page.locator("textarea").fill("nothing");
    await page.getByRole("button", { name: /^How it ends.*yours · tindra/ }).click();
    await until(page.locator("textarea"), says, "blob2 AS outcome");
  });

  it("does not exist where only sums are kept; the shipped questions run as they are", async () => {
    server.mood.engine = "rollup";
    const page = await opened("?page=sql");
    await page.getByText("Free SQL is not available here").waitFor();
    await page.getByRole("button", { name: "Outcomes", exact: true }).click();
    await panel(page, "Answer").getByRole("table").waitFor();
    expect(server.asked.at(-1)).toMatchObject({ question: "outcomes" });
  });

  it("can name every column, by its slot", async () => {
    const page = await opened("?page=sql");
    await page.getByText("otp_events").click();
    await page.locator("textarea").fill("");
    await page.getByRole("button", { name: /^double1 ordinal/ }).click();
    expect(await page.locator("textarea").inputValue()).toBe("double1");
  });
});

describe("in the local system", () => {
  it("opens for an analyst who has signed in, under the policy of its own host, and answers their statement", async () => {
    const page = await (await desktop({ viewport: WIDE })).newPage();
    await page.goto(`${at.console}/__login?as=tindra-analyst`);
    await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
    await drawn(page);
    expect(await page.getByRole("combobox", { name: "Brand" }).count()).toBe(0);
    await page.getByRole("link", { name: "SQL", exact: true }).click();
    await page.getByRole("button", { name: "Run" }).click();
    await panel(page, "Answer").waitFor();
    await page.locator("textarea").fill("SELECT uniq(blob2) AS u FROM otp_sessions");
    await page.getByRole("button", { name: "Run" }).click();
    await page.getByRole("button", { name: "Line 1, column 8" }).waitFor();
    await page.getByRole("link", { name: "Data", exact: true }).click();
    await page
      .locator(".panel")
      .first()
      .filter({ hasText: /analytics complete|Nothing yet/ })
      .waitFor();
  });
});
