import { End } from "./End.tsx";
import { Entry } from "./Entry.tsx";
import type { Open } from "./given.ts";
import { Icon } from "./Icon.tsx";
import { Cancel, LeaveDialog } from "./Leave.tsx";
import type { Step } from "./model.ts";
import { Order } from "./Order.tsx";
import { heading } from "./sentence.ts";
import { Ending, Text, Time } from "./Text.tsx";
import { isEnd, type View } from "./view.ts";
import { exhausted, Help, Phone, Resend } from "./Ways.tsx";

/** All of `<main>`: rendered by the Worker, taken over by the browser. */
export function StepView({ step }: { step: Step }) {
  const { given } = step;
  const view = step.view.value;
  const { open } = given;
  return (
    <>
      <p class="unseen" role="status">
        {!isEnd(view) && step.polite.value}
      </p>
      {open && !isEnd(view) ? <Doing step={step} view={view} open={open} /> : <End step={step} view={view} />}
    </>
  );
}

function Doing({ step, view, open }: { step: Step; view: View; open: Open }) {
  const { given } = step;
  const { texts } = given;
  const created = step.state.value?.status === "created";
  const unsent = created && !step.scripted.value && view !== "delivery_failed" && view !== "asking";
  return (
    <>
      <h1 tabIndex={-1}>{heading(view, given)}</h1>
      <Order given={given} open={open} />
      {view !== "code_expired" && view !== "delivery_failed" && (
        <p class={unsent ? "sent pending" : "sent"}>
          <Sent step={step} view={view} open={open} />
        </p>
      )}
      {unsent && (
        <p class="noscript">
          <Text of={texts.will_send} parts={places(step, open)} />
        </p>
      )}
      <p class="warning">
        <Icon name="shield" />
        {view === "asking" ? texts.asking_warning : texts.warning}
      </p>
      {unsent && <SendForm step={step} open={open} />}
      <Entry step={step} open={open} />
      {step.faults.value > 1 && (
        <p class="routes helpline">
          <Phone given={given} />
        </p>
      )}
      <div class="ways">
        <Resend step={step} open={open} />
        <Help step={step} open={open} />
        {!exhausted(step) && <Cancel step={step} open={open} />}
      </div>
      <LeaveDialog step={step} />
    </>
  );
}

/** The places of a sentence about the text message. */
const places = (step: Step, open: Open) => ({
  ending: <Ending digits={open.number_ending} />,
  digits: step.digits,
});

/** Where the code went, or went again. */
function Sent({ step, view, open }: { step: Step; view: View; open: Open }) {
  const { texts, locale } = step.given;
  const state = step.state.value ?? open.state;
  const { code_expires_at, last_sent_at } = state.delivery;
  const until = code_expires_at ?? "";
  if (step.scripted.value && until && last_sent_at) {
    const parts = { at: <Time at={last_sent_at} locale={locale} />, until: <Time at={until} locale={locale} /> };
    if (view === "resent") return <Text of={texts.resent} parts={parts} />;
    if (view === "returned") return <Text of={texts.welcome} parts={parts} />;
  }
  const words = view === "asking" ? texts.asking : state.status === "created" ? texts.sending : texts.sent;
  return <Text of={words} parts={places(step, open)} />;
}

/** Without script nothing is sent by itself: this button asks for the code. Hidden by `html.js` before the first paint. */
function SendForm({ step, open }: { step: Step; open: Open }) {
  return (
    <form class="noscript" method="post" action={`${open.path}/start`}>
      <input type="hidden" name="press" value={open.press} />
      <input type="hidden" name="locale" value={step.given.locale} />
      <button type="submit" class="primary">
        {step.given.texts.send}
      </button>
    </form>
  );
}
