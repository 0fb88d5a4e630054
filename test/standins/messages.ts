/** Every SMS the gateway accepted, and which of them reached a handset. Kept as JSON lines. */
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** One accepted SMS. `arrived` is the truth of the radio, whatever the receipts claim. */
export interface Message {
  sid: string;
  brand: string;
  from: string;
  to: string;
  body: string;
  at: string;
  status: "queued" | "sent" | "delivered" | "undelivered";
  arrived: boolean;
}

export interface Messages {
  accept(message: Message): void;
  /** Sets what is known of a message later; the handset is told when it arrives. */
  update(sid: string, change: Partial<Pick<Message, "status" | "arrived">>): void;
  /** Oldest first. Only what arrived, unless `all`. */
  of(number: string, all?: boolean): Message[];
  /** Numbers with messages on their handset, the latest first. */
  numbers(): { number: string; brand: string; count: number; last: Message }[];
  /** Calls `listener` for each arrival until the returned function is called. */
  onArrival(listener: (message: Message) => void): () => void;
  /** Resolves as soon as more than `after` messages are on the handset; with those, or empty at `timeoutMs`. */
  next(number: string, after: number, timeoutMs: number): Promise<Message[]>;
}

/** The code an SMS carries, as a browser would read its last line; undefined when it has none. */
export function codeOf(body: string): string | undefined {
  return /^@\S+ #(\d{6,8})(?: @\S+)?$/.exec(body.split(/\r?\n/).at(-1) ?? "")?.[1];
}

export function openMessages(data: string): Messages {
  const file = join(data, "messages.jsonl");
  const bySid = new Map<string, Message>();
  const listeners = new Set<(message: Message) => void>();
  for (const row of rows(file)) bySid.set(row.sid, { ...bySid.get(row.sid), ...row } as Message);
  const of = (number: string, all = false) => [...bySid.values()].filter((m) => m.to === number && (all || m.arrived));

  return {
    accept(message) {
      bySid.set(message.sid, message);
      appendFileSync(file, `${JSON.stringify(message)}\n`);
    },
    update(sid, change) {
      const message = bySid.get(sid);
      if (!message) return;
      const arriving = change.arrived && !message.arrived;
      Object.assign(message, change);
      appendFileSync(file, `${JSON.stringify({ sid, ...change })}\n`);
      if (arriving) for (const listener of [...listeners]) listener(message);
    },
    of,
    numbers() {
      const last = new Map<string, { number: string; brand: string; count: number; last: Message }>();
      for (const m of bySid.values()) {
        if (!m.arrived) continue;
        last.set(m.to, { number: m.to, brand: m.brand, count: (last.get(m.to)?.count ?? 0) + 1, last: m });
      }
      return [...last.values()].sort((a, b) => b.last.at.localeCompare(a.last.at));
    },
    onArrival(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    next(number, after, timeoutMs) {
      return new Promise((resolve) => {
        const fresh = () => of(number).slice(after);
        if (fresh().length > 0) return resolve(fresh());
        const done = () => {
          clearTimeout(timer);
          stop();
          resolve(fresh());
        };
        const stop = this.onArrival((m) => m.to === number && fresh().length > 0 && done());
        const timer = setTimeout(done, timeoutMs).unref();
      });
    },
  };
}

/** Rows of a JSON lines file; a line that a kill cut short is skipped. */
function rows(file: string): ({ sid: string } & Partial<Message>)[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, "utf8")
    .split("\n")
    .flatMap((line) => {
      try {
        return [JSON.parse(line) as { sid: string }];
      } catch {
        return [];
      }
    });
}
