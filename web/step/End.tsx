import { say } from "../i18n/messages.ts";
import type { StepTexts } from "./given.ts";
import { Icon } from "./Icon.tsx";
import type { Step } from "./model.ts";
import { heading } from "./sentence.ts";
import { Text, UNTRANSLATED } from "./Text.tsx";
import type { View } from "./view.ts";
import { Routes } from "./Ways.tsx";

const NEXT: Partial<Record<View, keyof StepTexts>> = {
  failed: "not_placed",
  blocked: "not_placed",
  undeliverable: "not_placed",
  step_expired: "still_here",
  order_changed: "changed_next",
  elsewhere: "elsewhere_next",
  closed: "closed_next",
  empty: "empty_next",
};

/** A view in which nothing more can be typed: what happened, what it means, where to go. *failed* and *blocked* look the same. */
export function End({ step, view }: { step: Step; view: View }) {
  const { given } = step;
  const { texts, brand, open } = given;
  const approved = view === "approved";
  const next = NEXT[view];
  // The order system's word, in whatever script: kept apart, so that it turns nothing around it.
  const parts = { shop: <bdi>{open?.order.payee ?? brand.name}</bdi> };
  const target = approved ? open?.return_url : open?.cancel_url;
  const keeps = open && !approved && view !== "closed";
  const named = open && ["failed", "blocked", "undeliverable"].includes(view);
  return (
    <>
      {approved && (
        <p class="seal">
          <Icon name="check" />
        </p>
      )}
      <h1 tabIndex={-1}>{heading(view, given)}</h1>
      <p class="lead">
        {approved ? <Text of={texts.approved_next} parts={parts} /> : next && (texts[next] as string)}
        {keeps && ` ${say(texts, "kept", { time: brand.kept })}`}
      </p>
      <a class="primary" href={target ?? brand.shop}>
        <span>{approved ? <Text of={texts.continue} parts={parts} /> : open ? texts.basket : texts.shop}</span>
      </a>
      {!approved && view !== "empty" && (
        <section class="after">
          <h2>{texts.help_title}</h2>
          <Routes given={given} />
        </section>
      )}
      {named && (
        <p class="reference">
          {say(texts, "reference", { reference: "" })}
          <bdi dir="ltr" {...UNTRANSLATED}>
            <span>{open.support_reference.slice(0, 4)}</span>
            <span>{open.support_reference.slice(4)}</span>
          </bdi>
        </p>
      )}
    </>
  );
}
