import { count } from "../i18n/messages.ts";
import { ApproveButton, CodeField, hintOf, Offline } from "./CodeField.tsx";
import { clock } from "./clock.ts";
import type { Open } from "./given.ts";
import { Icon } from "./Icon.tsx";
import type { Step } from "./model.ts";
import { alertOf } from "./sentence.ts";
import { canResend, hasField } from "./view.ts";

/** Label, hint, message, field and button. The message stands where the hint was, so that nothing moves when it appears. */
export function Entry({ step, open }: { step: Step; open: Open }) {
  const { texts, locale } = step.given;
  const view = step.view.value;
  const state = step.state.value ?? open.state;
  const field = hasField(view, state);
  const alert = alertOf(step);
  const codeEnd = state.delivery.code_expires_at;
  const until = codeEnd && step.scripted.value ? clock(codeEnd, locale) : undefined;
  const leftMs = codeEnd ? Date.parse(codeEnd) - Date.parse(state.server_now) : 300_000;
  const minutes = count(texts.minutes, Math.max(1, Math.round(leftMs / 60_000)), locale);
  return (
    <section class="entry">
      <div class={field ? "above" : "above bare"}>
        {field && <label for="code">{texts.label}</label>}
        {field && (
          <p id="hint" class={alert ? "unseen" : "hint"}>
            <span class="desktop">{texts.desktop} </span>
            {hintOf(step, until, minutes)} {count(texts.tries, state.attempts_remaining, locale)}
          </p>
        )}
        <p id="error" class="error" role="alert">
          {alert && <Icon name="alert" />}
          {alert && <span>{alert}</span>}
        </p>
      </div>
      {field ? (
        <form
          class="check"
          method="post"
          action={`${open.path}/check`}
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            void (view === "fault" || view === "offline" ? step.retry() : step.submit());
          }}
        >
          <input type="hidden" name="press" value={open.press} />
          <CodeField step={step} />
          <ApproveButton step={step} />
          <Offline step={step} />
        </form>
      ) : (
        <Again step={step} open={open} />
      )}
    </section>
  );
}

/** In place of the field when no code can be typed: ask for one, as long as one is left. */
function Again({ step, open }: { step: Step; open: Open }) {
  const { texts } = step.given;
  const state = step.state.value ?? open.state;
  const first = state.status === "created";
  if (!canResend(state)) return <p class="none">{texts.resend_none}</p>;
  return (
    <form
      class="check"
      method="post"
      action={`${open.path}/${first ? "start" : "resend"}`}
      onSubmit={(event) => {
        event.preventDefault();
        void step.resend();
      }}
    >
      <input type="hidden" name="press" value={open.press} />
      <input type="hidden" name="locale" value={step.given.locale} />
      <button
        type="submit"
        class="primary"
        aria-disabled={step.call.value || step.waitS.value > 0 ? "true" : undefined}
      >
        {step.call.value ? texts.resending : first ? texts.again : texts.resend}
      </button>
      <Wait step={step} />
    </form>
  );
}

/** The wait beside a control, not inside it and not live: nobody wants seconds read aloud. */
export function Wait({ step }: { step: Step }) {
  const { texts, locale } = step.given;
  const seconds = step.waitS.value;
  return <span class="wait">{seconds > 0 && count(texts.resend_in, seconds, locale)}</span>;
}
