import { it, inject } from "vitest";
import { phonesOf } from "./browser.ts";
import { originsOn } from "../standins/system.ts";
const { phone } = phonesOf();
it("probes", async () => {
  const at = originsOn(inject("ports"));
  const page = await (await phone()).newPage();
  const t0 = Date.now();
  for (const brand of ["tindra", "marisol", "rimal"] as const) {
    await page.goto(at.shop(brand));
    await page.locator("form.details button").click();
    await page.locator("a.button").click();
    await page.locator("main button").last().click();
    await page.waitForURL(/\/v\//);
    await page.locator("#code").waitFor();
    await page.waitForTimeout(1500);
    console.log(Date.now() - t0, page.url(), await page.locator("main").innerText());
    console.log(JSON.stringify(await page.locator(".amount").innerText()));
  }
  console.log(await (await fetch(`${at.control}/messages?number=${encodeURIComponent("x")}`)).text());
  for (const brand of ["tindra", "marisol", "rimal"] as const) {
    const c = await (await fetch(`${at.control}/customers/${brand}/c1`)).json() as any;
    const m = await (await fetch(`${at.control}/messages?number=${encodeURIComponent(c.phone_number)}`)).json();
    console.log(JSON.stringify(m));
  }
});
