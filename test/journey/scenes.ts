/** Every view of the step, as a shopper comes to it: from the server alone, or by what is pressed and what is answered. */
import type { BrandPack } from "../../worker/brands/schema.ts";
import { moment, type Play, type Stage } from "./staged.ts";

/** A play, and what the shopper does in it. */
export interface Scene extends Play {
  act?: (stage: Stage) => Promise<void>;
}

const CODE = "482913";

/** Types a whole code and presses the button. */
async function check({ field, approve }: Stage): Promise<void> {
  await field.pressSequentially(CODE);
  await approve.click();
}

/** Fills in a whole code at once, as a keyboard does that has read the text message. */
async function fill({ page, field }: Stage): Promise<void> {
  await field.click();
  await page.keyboard.insertText(CODE);
}

const help = (stage: Stage) => stage.page.locator("summary").click();

/** Views in which something can be done, without script: what the server alone has to say. */
const PLAIN: Record<string, Scene> = Object.fromEntries(
  ["first visit", "sent", "wrong", "code expired", "no text left", "delivery failed", "our fault"].map((view) => [
    `${view}, no script`,
    { view, plain: true },
  ]),
);

/** Views with their script at work. */
const AT_WORK: Record<string, Scene> = {
  asking: { view: "asking" },
  "asking the operator": {
    view: "asking",
    answers: { start: "never" },
    act: async (stage) => {
      await stage.approve.click();
      await stage.pass(1.5);
    },
  },
  "asking, no connection": {
    view: "asking",
    answers: { start: "lost" },
    act: async (stage) => {
      await stage.approve.click();
      await stage.until("#error span", 2);
    },
  },
  sending: { view: "first visit", answers: { start: "never" }, act: (stage) => stage.pass(1.5) },
  sent: {
    view: "first visit",
    answers: {
      start: {
        state: {
          status: "sent",
          resend_available_at: moment(30),
          delivery: { status: "sent", last_sent_at: moment(0), code_expires_at: moment(300) },
        },
      },
    },
    act: (stage) => stage.until(".hint time"),
  },
  "sent, help open": { act: help },
  typing: { act: ({ field }) => field.pressSequentially(CODE.slice(0, 3)) },
  filled: { act: fill },
  checking: {
    answers: { check: "never" },
    act: async (stage) => {
      await check(stage);
      await stage.pass(3.5);
    },
  },
  wrong: {
    answers: { check: { problem: "VERIFICATION.CODE_WRONG", state: { attempts_remaining: 3 } } },
    act: async (stage) => {
      await check(stage);
      await stage.until("#error span");
    },
  },
  "last try": {
    answers: { check: { problem: "VERIFICATION.CODE_WRONG", state: { attempts_remaining: 1 } } },
    act: async (stage) => {
      await check(stage);
      await stage.until("#error span");
    },
  },
  "too few digits": { act: ({ approve }) => approve.click() },
  "too many digits": {
    act: async ({ field, approve }) => {
      await field.pressSequentially(`${CODE}7`);
      await approve.click();
    },
  },
  "code expired": { act: (stage) => stage.until(".bare", 60) },
  resent: {
    answers: {
      resend: {
        state: {
          resend_available_at: moment(60),
          delivery: { last_sent_at: moment(0), code_expires_at: moment(300), sends_remaining: 1 },
        },
      },
    },
    act: async (stage) => {
      await stage.page.locator(".resend button").click();
      await stage.until(".sent time");
    },
  },
  "no text left": { view: "no text left" },
  "delivery failed": { view: "delivery failed" },
  "nothing could be sent": {
    view: "first visit",
    answers: { start: { problem: "GATEWAY.UNAVAILABLE" } },
    act: (stage) => stage.until("#error span"),
  },
  offline: {
    answers: { check: "lost" },
    act: async (stage) => {
      await check(stage);
      await stage.until(".offline", 2);
    },
  },
  returned: { act: (stage) => stage.reload() },
  "our fault": {
    answers: { check: { problem: "INTERNAL" } },
    act: async (stage) => {
      await check(stage);
      await stage.until("#error span");
    },
  },
  "our fault, again": {
    answers: { check: { problem: "INTERNAL", state: null } },
    act: async (stage) => {
      await check(stage);
      await stage.until("#error span");
      await stage.approve.click();
      await stage.until(".helpline");
    },
  },
  leaving: { act: ({ page }) => page.locator(".cancel button").click() },
  "leaving without the number": {
    act: async (stage) => {
      await help(stage);
      await stage.page.locator("button.row").click();
    },
  },
};

const ENDS = [
  "failed",
  "blocked",
  "step expired",
  "undeliverable",
  "order changed",
  "approved",
  "elsewhere",
  "closed",
  "no order",
];

/** Every view, by a name a report can use. */
export const SCENES: Readonly<Record<string, Scene>> = {
  ...PLAIN,
  ...AT_WORK,
  ...Object.fromEntries(ENDS.map((view) => [view, { view }])),
};

/** Plays the scene called `name` until its view is there. */
export async function playScene(stage: Stage, pack: BrandPack, name: string, locale = pack.defaultLocale) {
  const scene = SCENES[name];
  if (!scene) throw new Error(`there is no scene ${name}`);
  await stage.show(pack, { ...scene, locale });
  await scene.act?.(stage);
}
