/** The step inside a frame: talks to the one page that may show it, and takes no input while it cannot be seen. */
import { effect } from "@preact/signals-core";
import { type FromStep, type Outcome, read } from "../embed/protocol.ts";
import type { Step } from "./model.ts";
import { isEnd } from "./view.ts";

/** So long it must be in plain sight before a click or a key counts (clickjacking; requirement H13). */
const SEEN_MS = 500;

const OUTCOMES: Record<string, Outcome> = {
  approved: "approved",
  redeemed: "approved",
  exempt: "approved",
  failed: "failed",
  expired: "expired",
  abandoned: "abandoned",
  canceled: "canceled",
  superseded: "canceled",
};

/**
 * Introduces the step to the page of `origin` and calls `begin` once that page has answered and the browser keeps our
 * cookie here: before that nothing is sent, so that a page which gives up can still go to the step itself. Returns what
 * takes the place of going back to the shop.
 */
export function converse(
  step: Step,
  { origin, verification }: { origin: string; verification: string },
  begin: () => void,
): () => void {
  const nonce = crypto.randomUUID();
  let port: MessagePort | undefined;
  let told = "";
  const say = (message: FromStep) => port?.postMessage(message);
  const leave = () => say({ v: 1, type: "escape", reason: "done" });
  const stop = () => (isEnd(step.view.peek()) ? leave() : step.askLeave("left"));

  window.addEventListener("message", ({ source, origin: from, data, ports }) => {
    const heard = source === parent && from === origin ? read(data) : undefined;
    if (port || heard?.type !== "init" || heard.nonce !== nonce || !ports[0]) return;
    port = ports[0];
    port.onmessage = (event) => {
      const asked = read(event.data)?.type;
      if (asked === "cancel") stop();
      if (asked === "focus") focus();
    };
    if (!keepsCookies()) return say({ v: 1, type: "escape", reason: "storage" });
    new ResizeObserver(() => say({ v: 1, type: "resize", height: document.body.offsetHeight })).observe(document.body);
    effect(() => {
      const status = step.state.value?.status ?? "";
      const open = step.page.value === "open";
      if (told === `${status}${open}`) return;
      told = `${status}${open}`;
      say({ v: 1, type: "state", status });
      // Only what the server has said is an outcome; a clock that has run out here is none.
      if (!open || !(status === "created" || status === "sent"))
        say({ v: 1, type: "result", verification, outcome: OUTCOMES[status] ?? "stopped" });
    });
    begin();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || step.leaving.peek()) return;
    event.preventDefault(); // or the same key would close the question it opens
    stop();
  });
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element && event.target.closest("a");
    if (!link || link.origin === location.origin || !link.protocol.startsWith("http")) return;
    // The way back to the shop closes the frame; all other pages would be strangers in it.
    if (link.matches(".primary")) {
      event.preventDefault();
      leave();
    } else link.target = "_blank";
  });
  ignoreUnseen();
  parent.postMessage({ v: 1, type: "ready", nonce } satisfies FromStep, origin);
  return leave;
}

/** On a screen without a keyboard the heading: the field would bring up one that covers the order. */
function focus(): void {
  const field = matchMedia("(pointer: fine)").matches && document.getElementById("code");
  (field || document.querySelector("h1"))?.focus({ preventScroll: true });
}

/** Whether a cookie sticks in this frame (CHIPS); the real one cannot be seen from here. */
function keepsCookies(): boolean {
  const probe = "__Host-probe=1;Path=/;Secure;SameSite=None;Partitioned";
  // The Cookie Store API knows no partitions everywhere it exists; a sandbox without an origin throws.
  const set = (cookie: string) => Reflect.set(document, "cookie", cookie);
  try {
    set(probe);
    const kept = document.cookie.includes("__Host-probe=1");
    set(`${probe};Max-Age=0`);
    return kept;
  } catch {
    return false;
  }
}

/** Swallows clicks and typing until nothing has covered, dimmed or shrunk the step for half a second (IntersectionObserver v2; v1 sees less). */
function ignoreUnseen(): void {
  const visible = new Set<Element>();
  let seen = false;
  let timer: ReturnType<typeof setTimeout>;
  const sight = new IntersectionObserver(
    (entries) => {
      for (const { target, isVisible, isIntersecting } of entries as Sighting[])
        if (isVisible ?? isIntersecting) visible.add(target);
        else visible.delete(target);
      clearTimeout(timer);
      seen = false;
      if (visible.size) timer = setTimeout(() => (seen = true), SEEN_MS);
    },
    { trackVisibility: true, delay: 100 } as IntersectionObserverInit,
  );
  // Our own question lies over the body, and is as good.
  for (const one of [document.body, document.getElementById("leave")]) if (one) sight.observe(one);
  for (const kind of ["click", "beforeinput"])
    window.addEventListener(
      kind,
      (event) => {
        if (seen) return;
        event.preventDefault();
        event.stopImmediatePropagation();
      },
      true,
    );
}

/** With what version 2 adds; not in TypeScript's DOM library. */
type Sighting = IntersectionObserverEntry & { isVisible?: boolean };
