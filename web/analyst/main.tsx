/** The console in the browser: connects the model to the address, the clock and the network. */
import { effect } from "@preact/signals-core";
import { render } from "preact";
import { ConsoleView } from "./ConsoleView.tsx";
import { callsWith } from "./calls.ts";
import "./console.css";
import "./panels.css";
import "./charts.css";
import "./sql.css";
import "./narrow.css";
import { createConsole, TITLES } from "./model.ts";

const TICK_MS = 60_000;

const root = document.getElementById("app");
if (root) begin(root);

function begin(root: HTMLElement) {
  const model = createConsole({
    calls: callsWith((url, init) => fetch(url, init)),
    now: () => Date.now(),
    address: () => location.search,
    visit: (search) => history.pushState(null, "", `/console${search}`),
  });
  // One effect repaints the page for whatever it read, as in the step.
  effect(() => render(<ConsoleView console={model} />, root));
  effect(() => {
    document.title = `${TITLES[model.filters.value.page]} · Ringfence`;
  });
  addEventListener("popstate", model.follow);
  const look = () => document.visibilityState === "visible" && model.tick();
  document.addEventListener("visibilitychange", look);
  setInterval(look, TICK_MS);
  void model.begin();
}
