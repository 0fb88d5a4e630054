import { say } from "../i18n/messages.ts";
import type { Open } from "./given.ts";
import type { Step } from "./model.ts";

/** "Cancel and go back to basket"; a plain form, so it works without script too. */
export function Cancel({ step, open }: { step: Step; open: Open }) {
  return (
    <form
      class="cancel"
      method="post"
      action={`${open.path}/leave`}
      onSubmit={(event) => {
        event.preventDefault();
        step.askLeave("left");
      }}
    >
      <input type="hidden" name="press" value={open.press} />
      <input type="hidden" name="reason" value="left" />
      <button type="submit" class="quiet">
        {step.given.texts.cancel}
      </button>
    </form>
  );
}

/** The question before leaving. The page opens it as a modal dialog; the safe answer comes first and has the focus. */
export function LeaveDialog({ step }: { step: Step }) {
  const { texts, brand } = step.given;
  const reason = step.leaving.value;
  const lost = reason === "no_access_to_number";
  const stay = () => {
    step.leaving.value = undefined;
  };
  return (
    // `close` comes a moment after Escape: a press in between would be lost. `cancel` comes with it, but not always.
    <dialog id="leave" aria-labelledby="leave-title" onCancel={stay} onClose={stay}>
      <h2 id="leave-title">{lost ? texts.lost_number : texts.leave}</h2>
      <p>
        {lost ? texts.lost_next : texts.leave_next} {say(texts, "kept", { time: brand.kept })}
      </p>
      <button type="button" class="primary" onClick={stay}>
        {texts.stay}
      </button>
      <button type="button" class="second" onClick={() => reason && void step.leave(reason)}>
        {lost ? texts.stop_check : texts.stop}
      </button>
    </dialog>
  );
}
