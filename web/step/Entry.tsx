import { count } from "../i18n/messages.ts";
import { ApproveButton, CodeField, Hint, Offline, Paste } from "./CodeField.tsx";
import type { Open } from "./given.ts";
import { Icon } from "./Icon.tsx";
import type { Step } from "./model.ts";
import { alertOf, longestAlert } from "./sentence.ts";
import { canResend, hasField } from "./view.ts";

/** Label, hint, message, field and button. The message stands where the hint was, and the room for the longest one is kept, so that nothing moves when it appears. */
export function Entry({ step, open }: { step: Step; open: Open }) {
  const { texts, locale } = step.given;
  const view = step.view.value;
  const state = step.state.value ?? open.state;
  const field = hasField(view, state);
  const alert = alertOf(step);
  const codeEnd = state.delivery.code_expires_at;
  const until = codeEnd && step.scripted.value ? codeEnd : undefined;
  const leftMs = codeEnd ? Date.parse(codeEnd) - Date.parse(state.server_now) : 300_000;
  const minutes = count(texts.minutes, Math.max(1, Math.round(leftMs / 60_000)), locale);
  return (
    <section class="entry">
      <div class={field ? "above" : "above bare"}>
        {field && <label for="code">{texts.label}</label>}
        <div class="told" data-room={field ? longestAlert(step) : ""}>
          {field && (
            <p id="hint" class={alert ? "hint behind" : "hint"}>
              <span class="desktop">{texts.desktop} </span>
              <Hint step={step} until={until} minutes={minutes} />{" "}
              {/* Once is enough: a wrong code's message says it too. */}
              <span class="tries" aria-hidden={step.trouble.value === "wrong" ? "true" : undefined}>
                {count(texts.tries, state.attempts_remaining, locale)}
              </span>
            </p>
          )}
          <p id="error" class="error" role="alert">
            {alert && <Icon name="alert" />}
            {alert && <span>{alert}</span>}
          </p>
        </div>
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
          <Paste step={step} />
          <ApproveButton step={step} />
          <Offline step={step} />
        </form>
      ) : view === "asking" ? (
        <Asking step={step} open={open} />
      ) : (
        <Again step={step} open={open} />
      )}
    </section>
  );
}

/** The press that approves, where the operator is asked first, and the one for who would rather have the text. Back from there the page posts the first by itself, or without script once more by hand. */
function Asking({ step, open }: { step: Step; open: Open }) {
  const { texts, locale } = step.given;
  const back = Object.entries(open.network ?? {});
  const busy = step.call.value;
  return (
    <form
      class="check"
      method="post"
      action={`${open.path}/${back.length ? "network" : "start"}`}
      onSubmit={(event) => {
        event.preventDefault();
        void step.resend();
      }}
    >
      <input type="hidden" name="press" value={open.press} />
      <input type="hidden" name="locale" value={locale} />
      {back.map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
      <button type="submit" class="primary" name="network">
        {busy ? texts.checking : texts.approve}
      </button>
      <button
        type="submit"
        class={busy ? "quiet waits" : "quiet"}
        formAction={`${open.path}/start`}
        aria-disabled={busy ? "true" : undefined}
        onClick={(event) => {
          event.preventDefault();
          void step.start(crypto.randomUUID());
        }}
      >
        {texts.asking_text}
      </button>
    </form>
  );
}

/** In place of the field when no code can be typed: ask for one, as long as one is left; else the way back, where a new check can begin. */
function Again({ step, open }: { step: Step; open: Open }) {
  const { texts } = step.given;
  const state = step.state.value ?? open.state;
  const first = state.status === "created";
  const waits = step.waitS.value > 0;
  if (!canResend(state)) {
    return (
      <form
        class="check"
        method="post"
        action={`${open.path}/leave`}
        onSubmit={(event) => {
          event.preventDefault();
          void step.leave("left");
        }}
      >
        <input type="hidden" name="press" value={open.press} />
        <input type="hidden" name="reason" value="left" />
        <p class="none">{texts.resend_none}</p>
        <button type="submit" class="primary">
          {texts.basket}
        </button>
      </form>
    );
  }
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
        class={waits ? "primary waits" : "primary"}
        aria-disabled={step.scripted.value && (step.call.value || waits) ? "true" : undefined}
      >
        {step.call.value ? texts.resending : first ? texts.again : texts.resend}
      </button>
      <Wait step={step} />
    </form>
  );
}

/** The wait beside a control, not inside it and not live: nobody wants seconds read aloud. Once over it keeps its room. */
export function Wait({ step }: { step: Step }) {
  const { texts, locale } = step.given;
  const seconds = step.waitS.value;
  return <span class={seconds ? "wait" : "wait over"}>{count(texts.resend_in, seconds || 30, locale)}</span>;
}
