import type { Open } from "./given.ts";

/** What is being approved: who is paid, for what, how much. On screen while the code is typed (dynamic linking in spirit). */
export function Order({ open, label }: { open: Open; label: string }) {
  return (
    <section class="order" aria-label={label}>
      <div>
        <strong>
          <bdi>{open.order.payee}</bdi>
        </strong>
        <span>
          <bdi>{open.order.summary}</bdi>
        </span>
      </div>
      <bdi class="amount">{open.amount_text}</bdi>
    </section>
  );
}
