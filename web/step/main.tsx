/** Takes over the server's HTML: hydrates the same components and connects the model to the browser. */
import { effect } from "@preact/signals-core";
import { hydrate, render } from "preact";
import { keepReady } from "../pwa.ts";
import { type EarlyWindow, listen } from "../webotp.ts";
import { callsTo, readAnswer } from "./calls.ts";
import { offerPaste } from "./clipboard.ts";
import { clock } from "./clock.ts";
import { placeFocus } from "./focus.ts";
import { follow } from "./follow.ts";
import { converse } from "./frame.ts";
import type { Given } from "./given.ts";
import { createStep } from "./model.ts";
import { StepView } from "./StepView.tsx";
import { alertOf, title } from "./sentence.ts";
import "./step.css";
import { isEnd } from "./view.ts";

const APPROVED_MS = 1000;
/** The operator sends the browser back within this time, or a text is sent. */
const OPERATOR_MS = 4000;

const app = document.getElementById("app");
const block = document.getElementById("brand-data")?.textContent;
if (app && block) void takeOver(app, JSON.parse(block) as Given);

/** The end of this task: keys and paint that wait come first. Not a timer, which a hidden tab holds back for a second. */
function taskEnd(): Promise<unknown> {
  const { port1, port2 } = new MessageChannel();
  port2.postMessage(0);
  return new Promise((next) => {
    port1.onmessage = next;
  });
}

async function takeOver(root: HTMLElement, given: Given) {
  const early = (window as EarlyWindow).ringfence;
  const { open, embed } = given;
  const framed = window.top !== window;
  // `replace`: Back from the shop must not lead to a check that was left or is over.
  let leave = (url: string) => location.replace(url);
  const step = createStep(given, {
    calls: callsTo(open?.path ?? ""),
    framed,
    webotp: "OTPCredential" in window,
    go: (url) => leave(url),
    visit(url) {
      location.replace(url);
      return new Promise((stay) => {
        setTimeout(() => {
          stop();
          stay();
        }, OPERATOR_MS);
      });
    },
  });
  // Digits typed before the script arrived stay, but are not sent by it.
  const typed = document.querySelector<HTMLInputElement>("#code")?.value;
  if (typed) step.enter(typed, "insertText");
  // One effect repaints the page for whatever it read: the tree is small, and the binding of signals to components would cost 2 KB.
  let paint = hydrate;
  effect(() => {
    paint(<StepView step={step} />, root);
    paint = render;
  });
  placeFocus(step);
  // The browser's first look into its calendar takes as long as all else here: a task of its own, before a time is shown.
  // Not on the way back from the operator: a page that posts before it is loaded leaves no entry in the history.
  if (open && !open.network?.state) {
    await taskEnd();
    clock(open.state.server_now, given.locale);
    await taskEnd();
  }
  step.scripted.value = true;
  if (!given.embed) keepReady();
  if (!open) return;

  const radio = listen(
    early,
    () => !isEnd(step.view.peek()),
    (text) => void step.heard(text),
  );
  effect(() => {
    if (step.call.value === "check" || step.call.value === "leave" || isEnd(step.view.value)) radio.stop();
    if (step.call.value === "resend") radio.again();
  });
  effect(() => {
    document.title = title(step.view.value, given, alertOf(step) !== "");
  });
  effect(() => {
    const dialog = document.querySelector<HTMLDialogElement>("#leave");
    if (step.leaving.value) dialog?.showModal();
    else dialog?.close();
  });
  effect(() => {
    if (
      step.trouble.value === "wrong" &&
      navigator.userActivation?.hasBeenActive &&
      !matchMedia("(prefers-reduced-motion: reduce)").matches
    )
      navigator.vibrate?.(30);
  });
  effect(() => {
    if (step.view.value === "approved") setTimeout(() => leave(open.return_url), APPROVED_MS);
  });
  document.addEventListener("keydown", step.hesitate);
  follow(step, open.path);
  if (!framed) offerPaste(step);

  const begin = () => {
    if (framed) early?.begin?.();
    const { type } = (navigator as { connection?: { type?: string } }).connection ?? {};
    if (open.network?.state) {
      step.polite.value = given.texts.checking;
      step.call.value = "start";
      document.querySelector<HTMLFormElement>("form.check")?.submit();
    } else if (open.network && (type ?? "cellular") === "cellular") return;
    else if (open.state.status === "created") {
      const sendOnce = () => {
        if (document.visibilityState !== "visible" || (document as { prerendering?: boolean }).prerendering) return;
        document.removeEventListener("visibilitychange", sendOnce);
        document.removeEventListener("prerenderingchange", sendOnce);
        const answer = early?.start?.then(readAnswer).catch(() => undefined);
        void step.start(early?.key ?? crypto.randomUUID(), answer);
        radio.again();
      };
      document.addEventListener("visibilitychange", sendOnce);
      document.addEventListener("prerenderingchange", sendOnce);
      sendOnce();
    } else {
      const [entry] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
      const back = entry?.type === "reload" || entry?.type === "back_forward";
      if (back && !given.notice) step.welcomeBack();
    }
  };
  if (framed && embed) {
    const verification = new URL(open.return_url).searchParams.get("verification") ?? "";
    leave = converse(step, { origin: embed, verification }, begin);
  } else begin();
}
