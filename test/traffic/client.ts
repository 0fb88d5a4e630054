/** HTTP to one local system over kept connections; each answer must be one of those expected. */
import { Agent, type IncomingHttpHeaders, type IncomingMessage, request } from "node:http";

export interface Call {
  origin: string;
  path: string;
  /** Default: POST where there is a body. */
  method?: string;
  headers?: Record<string, string>;
  body?: unknown;
}

export interface Answer<T> {
  status: number;
  headers: IncomingHttpHeaders;
  /** The body, read as JSON; undefined where it is none. */
  body: T;
}

/** Sends a call; throws where the status is none of `expected`. */
export type Send = <T = unknown>(call: Call, ...expected: number[]) => Promise<Answer<T>>;

const LOOPBACK = "127.0.0.1";

/** A client for the system on this machine, and the end of its connections. */
export function client(): { send: Send; close: () => void } {
  const agent = new Agent({ keepAlive: true, maxSockets: 32 });
  /** One try; on a kept connection that the other side was just closing, another one. */
  const answered = (call: Call): Promise<{ incoming: IncomingMessage; text: string }> =>
    new Promise((resolve, reject) => {
      const { host, port } = new URL(call.origin);
      const body = call.body === undefined ? undefined : JSON.stringify(call.body);
      const json = body === undefined ? {} : { "content-type": "application/json" };
      const method = call.method ?? (body === undefined ? "GET" : "POST");
      // `*.localhost` is this machine, but Node does not resolve it.
      const options = { agent, host: LOOPBACK, port, method, path: call.path };
      const outgoing = request({ ...options, headers: { host, ...json, ...call.headers } }, (incoming) => {
        const parts: Buffer[] = [];
        incoming.on("data", (part: Buffer) => parts.push(part)).on("error", reject);
        incoming.on("end", () => resolve({ incoming, text: Buffer.concat(parts).toString() }));
      });
      outgoing.on("error", (fault: NodeJS.ErrnoException) => {
        if (outgoing.reusedSocket && fault.code === "ECONNRESET") answered(call).then(resolve, reject);
        else reject(fault);
      });
      outgoing.end(body);
    });
  const send: Send = async <T>(call: Call, ...expected: number[]) => {
    const { incoming, text } = await answered(call);
    const { statusCode: status = 0, headers } = incoming;
    if (!expected.includes(status)) {
      throw new Error(`${call.path.replace(/[\w-]{20,}/g, "…")}: ${status} ${text.slice(0, 300)}`);
    }
    return { status, headers, body: (/json/.test(headers["content-type"] ?? "") ? JSON.parse(text) : undefined) as T };
  };
  return { send, close: () => agent.destroy() };
}
