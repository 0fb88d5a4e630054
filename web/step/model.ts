/** All the step knows and can do. Components only read it; no DOM, so a test calls it bare. */
import { batch, computed, signal } from "@preact/signals-core";
import type { Entry, StepState } from "../../worker/contract.ts";
import { normaliseCode } from "../code.ts";
import { say } from "../i18n/messages.ts";
import type { Calls, Outcome } from "./calls.ts";
import { clock } from "./clock.ts";
import { arrivalOf } from "./entry.ts";
import type { Given } from "./given.ts";
import { type Call, isEnd, type Trouble, troubleOf, viewOf } from "./view.ts";

/** Long enough to see the digits, short enough to feel immediate . */
const HOLD_MS = 300;
const SLOW_MS = 3000;
/** Seconds after a send at which the state is read again; then every 60. */
const POLLS_S = [5, 15, 30, 60];

export type LeaveReason = "left" | "no_access_to_number";

/** What the model needs of the outside: requests, and facts only a browser has. */
export interface Outside {
  calls: Calls;
  framed: boolean;
  webotp: boolean;
  go(url: string): void;
  /** Goes to the operator; resolves where that did not take the browser over in time. */
  visit(url: string): Promise<void>;
}

export type Step = ReturnType<typeof createStep>;

/** The step of one page. Without `outside` it can be rendered but does nothing: that is the server's use. */
export function createStep(given: Given, outside?: Outside) {
  const { open, texts } = given;
  const digits = open?.digits ?? 6;
  const state = signal(open?.state);
  const page = signal(given.view);
  /** The server's clock. The first value is the rendered one, so that hydration agrees with the server. */
  const now = signal(open ? Date.parse(open.state.server_now) : 0);
  const code = signal("");
  const filled = signal(false);
  const call = signal<Call | undefined>(undefined);
  /** Whether a code was sent off while a text is still asked for: the text can be here before the answer to the call for it. */
  const pressed = signal(false);
  const slow = signal(false);
  const trouble = signal<Trouble | undefined>(given.notice === "resent" ? undefined : given.notice);
  const resent = signal(given.notice === "resent");
  const returned = signal(false);
  /** Faults of ours in a row: after the second the page names people who can help. */
  const faults = signal(0);
  /** Whether the shopper's press asks the operator first. */
  const asks = signal(Boolean(open?.network));
  const leaving = signal<LeaveReason | undefined>(undefined);
  const scripted = signal(false);
  /** What a press on "Paste" does; it is offered while there is such a thing. */
  const paste = signal<((event: Event) => void) | undefined>(undefined);
  /** What the polite live region says. */
  const polite = signal("");

  const keys = new Map<string, string>();
  let entry: Entry = "typed";
  let offsetMs = open ? Date.parse(open.state.server_now) - Date.now() : 0;
  let hold: ReturnType<typeof setTimeout> | undefined;
  let repeat: (() => Promise<void>) | undefined;
  let askedAt = 0;
  let ticked = now.peek();

  const view = computed(() =>
    viewOf(state.value, {
      page: page.value,
      asks: asks.value,
      now: now.value,
      call: pressed.value ? "check" : call.value,
      trouble: trouble.value,
      typed: code.value.length,
      filled: filled.value,
      resent: resent.value,
      returned: returned.value,
    }),
  );
  const waitS = computed(() => {
    const at = state.value?.resend_available_at;
    return at ? Math.max(0, Math.ceil((Date.parse(at) - now.value) / 1000)) : 0;
  });
  const spoken = open ? [...open.number_ending].join(" ") : "";

  /** Takes the server's word, unless a newer one is already known. */
  function apply(next: StepState) {
    const known = state.peek();
    if (known && Date.parse(next.server_now) < Date.parse(known.server_now)) return;
    offsetMs = Date.parse(next.server_now) - Date.now();
    batch(() => {
      state.value = next;
      now.value = Date.parse(next.server_now);
    });
  }

  /** What any refusal says of the verification itself. */
  function refused({ problem, state: next }: Extract<Outcome, { ok: false }>) {
    if (problem === "VERIFICATION.ELSEWHERE") page.value = "elsewhere";
    if (problem === "VERIFICATION.NOT_FOUND") page.value = "closed";
    if (next) apply(next);
  }

  function settle(outcome: Outcome, on: Call) {
    batch(() => {
      call.value = undefined;
      if (outcome.ok) {
        trouble.value = undefined;
        faults.value = 0;
        apply(outcome.state);
        const { network_url } = outcome.state;
        if (network_url) {
          call.value = on;
          polite.value = texts.checking;
          void outside?.visit(network_url).then(() => {
            call.value = undefined;
            return start(crypto.randomUUID());
          });
        }
        return;
      }
      const before = state.peek()?.attempts_remaining;
      refused(outcome);
      trouble.value = troubleOf(outcome.problem);
      if (trouble.value === "wrong") code.value = "";
      if (trouble.value === "fault" && on !== "check") trouble.value = "fault_send";
      // Only a state in the answer proves that nothing was counted.
      if (trouble.value === "fault" && outcome.state?.attempts_remaining === before) trouble.value = "fault_free";
      if (view.value === "offline") polite.value = texts.offline;
      // Emptied, because the same sentence once more would be read to nobody.
      else if (on === "check") polite.value = "";
      faults.value = trouble.value?.startsWith("fault") ? faults.peek() + 1 : 0;
    });
    if (outcome.ok) repeat = undefined;
  }

  /** Runs one request at a time; a network failure keeps it, with its key, for `retry`. */
  async function run(on: Call, body: object, key: string, first?: Promise<Outcome | undefined>): Promise<void> {
    if (!outside || call.peek()) return;
    repeat = () => run(on, body, key);
    call.value = on;
    slow.value = false;
    const soon = setTimeout(() => {
      if (asks.peek()) polite.value = texts.checking;
      else if (on === "start") polite.value = say(texts, "sending", { digits: String(digits), ending: spoken });
      // Who was told that a filled code is checked, or that the page tries again, knows.
      if (on === "check" && ![texts.said_filled, texts.offline].includes(polite.peek())) polite.value = texts.checking;
    }, 1000);
    const later = setTimeout(() => {
      slow.value = true;
    }, SLOW_MS);
    const outcome = (await first) ?? (await outside.calls.post(on, body, key));
    clearTimeout(soon);
    clearTimeout(later);
    settle(outcome, on);
  }

  const sendBody = () => ({ framed: outside?.framed ?? false, locale: given.locale, webotp: outside?.webotp ?? false });

  /** Asks for the first text. `early` is the request the head script may already have made. */
  async function start(key: string, early?: Promise<Outcome | undefined>, network = false) {
    if (!open || call.peek()) return;
    asks.value = network;
    // What was said of the last press goes: said once more, it would be read to nobody.
    if (network) trouble.value = undefined;
    await run("start", { ...sendBody(), network }, key, early);
    if (state.peek()?.status === "sent" && !trouble.peek()) polite.value = say(texts, "said_sent", { ending: spoken });
    await takeUp();
  }

  /** Sends what was pressed in the meantime; not where the answer says something else first. */
  async function takeUp() {
    if (!pressed.peek() || call.peek()) return;
    pressed.value = false;
    if (!trouble.peek()) return submit();
  }

  /** Another text with the same code; does nothing while the wait lasts. */
  async function resend() {
    if (view.peek() === "checking" || waitS.peek() > 0) return;
    // One press a page goes to the operator, however often it is made: another one would not be let there.
    const key = view.peek() === "asking" ? open?.press : undefined;
    if (state.peek()?.status === "created") return start(key ?? crypto.randomUUID(), undefined, asks.peek());
    batch(() => {
      trouble.value = undefined;
      code.value = "";
    });
    const before = state.peek()?.delivery.last_sent_at;
    await run("resend", sendBody(), crypto.randomUUID());
    const { last_sent_at, code_expires_at } = state.peek()?.delivery ?? {};
    if (last_sent_at && last_sent_at !== before) {
      resent.value = true;
      const times = {
        at: clock(last_sent_at, given.locale),
        until: clock(code_expires_at ?? last_sent_at, given.locale),
      };
      polite.value = say(texts, "resent", times);
    }
    await takeUp();
  }

  /** Whether there is nothing to send, or something is sent that no code can follow. */
  const busy = () => !state.peek() || /check|leave/.test(call.peek() ?? "");

  /** Sends the typed code, as soon as no text is asked for any more. The same digits keep their key, so a second press of them costs nothing. */
  async function submit() {
    clearTimeout(hold);
    filled.value = false;
    if (busy()) return;
    const guess = code.peek();
    if (guess.length !== digits) trouble.value = guess.length < digits ? "too_few" : "too_many";
    else if (call.peek()) pressed.value = true;
    else {
      const key = keys.get(guess) ?? crypto.randomUUID();
      keys.set(guess, key);
      await run("check", { code: guess, entry }, key);
    }
  }

  function fill(next: string, how: Entry) {
    entry = how;
    batch(() => {
      code.value = next;
      filled.value = true;
      polite.value = texts.said_filled;
    });
    clearTimeout(hold);
    hold = setTimeout(() => void submit(), HOLD_MS);
  }

  /** A new code begins: what was said of the last one goes. */
  function clear() {
    if (trouble.peek() !== "gateway") trouble.value = undefined;
  }

  /** What the field should show after an `input` event. Ignored while a check is in flight. */
  function enter(text: string, inputType?: string): string {
    if (busy()) return code.peek();
    const before = code.peek();
    const after = normaliseCode(text, digits);
    const arrival = arrivalOf({ before, after, inputType, digits });
    clearTimeout(hold);
    batch(() => {
      filled.value = false;
      pressed.value = false;
      returned.value = false;
      clear();
      if (arrival.whole || (given.brand.autoSubmitTyped && after.length === digits)) fill(after, arrival.entry);
      else {
        entry = arrival.entry;
        code.value = after;
      }
    });
    return after;
  }

  /** A code the browser read from the text message, or from the clipboard. Anything but exactly the right number of digits is dropped: false. */
  function heard(text: string, how: Entry = "webotp"): boolean {
    const next = normaliseCode(text, digits);
    if (next.length !== digits || busy() || isEnd(view.peek())) return false;
    clear();
    fill(next, how);
    return true;
  }

  /** A key in the hold window: the shopper wants to look first. */
  function hesitate() {
    clearTimeout(hold);
    filled.value = false;
  }

  /** Repeats what the network swallowed or a fault stopped, with the same key. */
  async function retry() {
    await repeat?.();
  }

  /** Opens the question, or leaves at once when no code was sent yet. */
  function askLeave(reason: LeaveReason) {
    if (state.peek()?.delivery.last_sent_at || reason !== "left") leaving.value = reason;
    else void leave(reason);
  }

  async function leave(reason: LeaveReason) {
    leaving.value = undefined;
    await run("leave", { reason }, crypto.randomUUID());
    if (reason === "left" && open) outside?.go(open.cancel_url);
  }

  /** Reads the state again; silence is no news. */
  async function refetch() {
    if (!outside || call.peek() || isEnd(view.peek())) return;
    askedAt = Date.now();
    const outcome = await outside.calls.state();
    if (outcome.ok) {
      apply(outcome.state);
      if (trouble.peek() === "gateway") trouble.value = undefined;
      return;
    }
    refused(outcome);
  }

  /** The page was reloaded or came back from the dead: the same state, told once. */
  function welcomeBack() {
    const until = state.peek()?.delivery.code_expires_at;
    if (view.peek() !== "sent" || !until) return;
    returned.value = true;
    polite.value = say(texts, "welcome", { until: clock(until, given.locale) });
  }

  /** Repaints what depends on time, once a second while visible; reads the state when it is due. */
  function tick() {
    const known = state.peek();
    if (!known || isEnd(view.peek())) return;
    // Told by the last tick, not by what is known now: an answer in between may have moved the clock.
    const before = ticked;
    ticked = now.value = Date.now() + offsetMs;
    const ready = Date.parse(known.resend_available_at ?? "");
    if (before < ready && ticked >= ready && known.delivery.sends_remaining > 0) polite.value = texts.said_ready;
    const soon = Date.parse(known.delivery.code_expires_at ?? "") - 120_000;
    if (before < soon && ticked >= soon) polite.value = texts.said_soon;
    const sent = Date.parse(known.delivery.last_sent_at ?? "") - offsetMs;
    const due = POLLS_S.some((s) => askedAt < sent + s * 1000 && Date.now() >= sent + s * 1000);
    if (due || (Date.now() - Math.max(askedAt, sent) >= 60_000 && known.status === "sent")) void refetch();
  }

  return {
    given,
    digits,
    state,
    page,
    now,
    code,
    call,
    slow,
    trouble,
    faults,
    asks,
    leaving,
    scripted,
    paste,
    polite,
    view,
    waitS,
    apply,
    start,
    resend,
    submit,
    enter,
    heard,
    hesitate,
    retry,
    askLeave,
    leave,
    refetch,
    tick,
    welcomeBack,
  };
}
