import { mkdirSync } from "node:fs";
import { it } from "vitest";
import { phonesOf } from "./browser.ts";
import { misplaced } from "./geometry.ts";
import { colours, controls } from "./judge.ts";
import { playScene, SCENES } from "./scenes.ts";
import { packOf, stageIn } from "./staged.ts";

const { phone } = phonesOf();
mkdirSync("/tmp/a11yshots", { recursive: true });
it("probes", async () => {
  const stage = await stageIn(await phone({ deviceScaleFactor: 1 }));
  const pack = packOf(process.env.BRAND ?? "tindra");
  for (const name of Object.keys(SCENES).filter((n) => !process.env.SCENE || n.includes(process.env.SCENE))) {
    try {
      await stage.page.emulateMedia({ colorScheme: "light", forcedColors: "none", contrast: "no-preference" });
      await playScene(stage, pack, name, process.env.LOC ?? ("en" as any));
    } catch (e) {
      console.log(name, String(e).slice(0, 300));
      continue;
    }
    const found = [...(await stage.page.evaluate(controls)), ...(await stage.page.evaluate(misplaced))];
    for (const m of [
      {},
      { colorScheme: "dark" },
      { forcedColors: "active" },
      { colorScheme: "light" },
      { forcedColors: "none", contrast: "more" },
    ] as any[]) {
      await stage.page.emulateMedia(m);
      found.push(
        ...(await stage.page.evaluate(colours, m.contrast ? { text: 7, shape: 4.5 } : { text: 4.5, shape: 3 })).map(
          (x) => JSON.stringify(m) + x,
        ),
      );
    }
    await stage.page.emulateMedia({ colorScheme: "light", forcedColors: "none", contrast: "no-preference" });
    await stage.page.screenshot({ path: `/tmp/a11yshots/${pack.id}-${name}.png` });
    console.log(name, await stage.page.title(), found);
  }
}, 300000);
