import type { ComponentChildren } from "preact";
import { Wait } from "./Entry.tsx";
import type { Given, Open } from "./given.ts";
import { Icon } from "./Icon.tsx";
import type { Step } from "./model.ts";
import { Text } from "./Text.tsx";
import { canResend, hasField } from "./view.ts";

/** Whether neither a code can be typed nor another one asked for: only people and the basket are left. */
export const exhausted = ({ view, state }: Step): boolean =>
  state.value !== undefined && !hasField(view.value, state.value) && !canResend(state.value);

/** "Send the code again" with its wait; help takes its place when no send is left. */
export function Resend({ step, open }: { step: Step; open: Open }) {
  const { texts } = step.given;
  const state = step.state.value ?? open.state;
  const busy = step.call.value === "resend";
  const waits = step.waitS.value > 0;
  // In place of the field the same button is the main one.
  if (!hasField(step.view.value, state)) return null;
  // Nothing to repeat yet: the row keeps its place, wrapped or not, so that nothing moves when it comes.
  if (state.status !== "sent") {
    return (
      <div class="resend over">
        <span class="quiet">{texts.resend}</span>
        <Wait step={step} />
      </div>
    );
  }
  if (!canResend(state)) return <p class="none">{texts.resend_none}</p>;
  return (
    <form
      class="resend"
      method="post"
      action={`${open.path}/resend`}
      onSubmit={(event) => {
        event.preventDefault();
        void step.resend();
      }}
    >
      <input type="hidden" name="press" value={open.press} />
      <input type="hidden" name="locale" value={step.given.locale} />
      <button
        type="submit"
        class={busy || waits ? "quiet waits" : "quiet"}
        aria-disabled={step.scripted.value && (busy || waits) ? "true" : undefined}
      >
        {busy ? texts.resending : step.view.value === "delivery_failed" ? texts.again : texts.resend}
      </button>
      <Wait step={step} />
    </form>
  );
}

/** The number of the support line, with its hours. */
export function Phone({ given: { brand, texts } }: { given: Given }) {
  return (
    <a href={`tel:${brand.phone.replaceAll(" ", "")}`}>
      <Icon name="phone" />
      <span>
        <Text of={texts.call} parts={{ phone: <bdi dir="ltr">{brand.phone}</bdi> }} />
        <small>{brand.hours}</small>
      </span>
    </a>
  );
}

/** People and places that can help; the same rows in every view. Never says which number is on file. */
export function Routes({ given, children }: { given: Given; children?: ComponentChildren }) {
  const { brand, texts } = given;
  return (
    <ul class="routes">
      <li>
        <Phone given={given} />
      </li>
      {brand.store && (
        <li>
          <a href={brand.store}>
            <Icon name="store" />
            <span>
              {texts.store}
              <small>{texts.store_hint}</small>
            </span>
          </a>
        </li>
      )}
      {children}
    </ul>
  );
}

/** The way out from second 0: routes, and "I no longer have this number". */
export function Help({ step, open }: { step: Step; open: Open }) {
  const { given } = step;
  const { texts } = given;
  return (
    <details class="help" open={exhausted(step)}>
      <summary>
        {step.view.value === "asking" ? texts.asking_help : texts.help}
        <Icon name="more" />
      </summary>
      <Routes given={given}>
        <li>
          <form
            method="post"
            action={`${open.path}/leave`}
            onSubmit={(event) => {
              event.preventDefault();
              step.askLeave("no_access_to_number");
            }}
          >
            <input type="hidden" name="press" value={open.press} />
            <input type="hidden" name="reason" value="no_access_to_number" />
            <button type="submit" class="row">
              <Icon name="number" />
              <span>
                {texts.lost_number}
                <small>{texts.stop_check}</small>
              </span>
            </button>
          </form>
        </li>
      </Routes>
    </details>
  );
}
