import { directionOf } from "../i18n/messages.ts";
import type { Given, Open } from "./given.ts";
import { UNTRANSLATED } from "./Text.tsx";

/** What is being approved: who is paid, for what, how much. On screen while the code is typed (dynamic linking in spirit). */
export function Order({ given, open }: { given: Given; open: Open }) {
  return (
    <section class="order" aria-label={given.texts.order}>
      <div>
        <strong>
          <bdi>{open.order.payee}</bdi>
        </strong>
        <span>
          <bdi>{open.order.summary}</bdi>
        </span>
      </div>
      {/* By the page's direction, not its first letter's: the text message puts the currency on that side too. */}
      <bdi class="amount" dir={directionOf(given.locale)} {...UNTRANSLATED}>
        {open.amount_text}
      </bdi>
    </section>
  );
}
