import type { Step } from "./model.ts";
import { Text, Time, UNTRANSLATED } from "./Text.tsx";

/** One field, never split, without `maxlength`: a pasted "482 913" must arrive whole. Its name goes once script runs, so that no browser remembers codes. */
export function CodeField({ step }: { step: Step }) {
  const wrong = ["wrong", "too_few", "too_many"].includes(step.trouble.value ?? "");
  return (
    <input
      id="code"
      class="code"
      type="text"
      name={step.scripted.value ? undefined : "code"}
      inputMode="numeric"
      autoComplete="one-time-code"
      dir="ltr"
      {...UNTRANSLATED}
      spellcheck={false}
      aria-invalid={wrong ? "true" : undefined}
      aria-describedby="hint error"
      value={step.code.value}
      onInput={(event) => {
        const field = event.currentTarget;
        const shown = step.enter(field.value, "inputType" in event ? String(event.inputType) : undefined);
        // By hand: an unchanged signal repaints nothing, and a typed letter would stay.
        if (field.value !== shown) field.value = shown;
      }}
    />
  );
}

/** In an in-app browser whose keyboard cannot offer the code. It stands in the empty field: nothing moves when it comes or goes. */
export function Paste({ step }: { step: Step }) {
  const press = step.paste.value;
  if (!press || step.code.value || step.call.value) return null;
  return (
    <button type="button" class="paste" onClick={press}>
      {step.given.texts.paste}
    </button>
  );
}

/** The button below the field. Never `disabled`: focus would fall to the body and not come back. */
export function ApproveButton({ step }: { step: Step }) {
  const { texts } = step.given;
  const checking = step.view.value === "checking";
  const full = step.code.value.length === step.digits;
  return (
    <button type="submit" class={full ? "primary full" : "primary"} aria-disabled={checking ? "true" : undefined}>
      {checking ? (
        <>
          {step.slow.value ? texts.still_checking : texts.checking}
          <span class="dots" aria-hidden="true">
            <i />
            <i />
            <i />
          </span>
        </>
      ) : (
        texts[step.view.value === "fault" ? "again" : "approve"]
      )}
    </button>
  );
}

/** Told under the button: the network is gone, the code is not. */
export function Offline({ step }: { step: Step }) {
  const { texts } = step.given;
  if (step.view.value !== "offline") return null;
  return (
    <div class="offline">
      <p>{texts.offline}</p>
      <button type="button" class="quiet" onClick={() => void step.retry()}>
        {texts.try_now}
      </button>
    </div>
  );
}

/** Digits wanted and how long they are good for. The server does not know the reader's clock, so it says minutes. */
export function Hint({ step, until, minutes }: { step: Step; until: string | undefined; minutes: string }) {
  const { texts, locale, brand } = step.given;
  const parts = { digits: step.digits, minutes, until: until && <Time at={until} locale={locale} /> };
  return (
    <>
      <Text of={until ? texts.hint : texts.hint_minutes} parts={parts} />
      {brand.autoSubmitTyped && ` ${texts.auto}`}
    </>
  );
}
