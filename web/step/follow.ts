/** Keeps the page in step with the server, the clock, the network and its sibling tabs. */
import { effect } from "@preact/signals-core";
import type { StepState } from "../../worker/contract.ts";
import type { Step } from "./model.ts";

/** Hidden for longer than this, the state is read again at return. */
const AWAY_MS = 5000;
const RETRY_MS = 15_000;

/** One interval at 1 Hz, only while visible; a channel named after the step's path for the tabs of this browser. */
export function follow(step: Step, path: string): void {
  let timer: ReturnType<typeof setInterval> | undefined;
  let hiddenAt = 0;

  function look() {
    clearInterval(timer);
    if (document.visibilityState !== "visible") {
      hiddenAt = Date.now();
      return;
    }
    // Before the tick, which would find the state due and read it once more.
    if (hiddenAt && Date.now() - hiddenAt > AWAY_MS) void step.refetch();
    hiddenAt = 0;
    step.tick();
    timer = setInterval(step.tick, 1000);
  }
  const retry = () => {
    if (step.view.peek() === "offline") void step.retry();
    else void step.refetch();
  };
  document.addEventListener("visibilitychange", look);
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) void step.refetch();
    look();
  });
  window.addEventListener("online", retry);
  setInterval(() => {
    if (step.view.peek() === "offline" && document.visibilityState === "visible") void step.retry();
  }, RETRY_MS);
  look();

  // Everything works without it: private modes and old web views may refuse.
  try {
    const tabs = new BroadcastChannel(`ringfence:${path}`);
    let heard: StepState | undefined;
    tabs.onmessage = ({ data }: MessageEvent<StepState>) => {
      heard = data;
      step.apply(data);
    };
    let first = true;
    effect(() => {
      const state = step.state.value;
      if (!first && state && state !== heard) tabs.postMessage(state);
      first = false;
    });
  } catch {}
}
