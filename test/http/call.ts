/** One HTTP request, exactly as written: host, path and headers reach the server untouched. */
import { type IncomingHttpHeaders, request } from "node:http";
import type { ProblemBody } from "../../worker/contract.ts";

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}
export interface Call {
  method?: string;
  path: string;
  host?: string;
  headers?: Record<string, string>;
  body?: string;
}

export const read = <T>({ text }: Answer): T => JSON.parse(text) as T;
export const problemOf = (answer: Answer): string => read<ProblemBody>(answer).code;

/** One request on a connection of its own to `port`, path and host exactly as written. Rejects where none answers. */
export function send(port: number, { method = "GET", path, host, headers, body }: Call): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const all = { host: host ?? `127.0.0.1:${port}`, ...headers };
    const options = { hostname: "127.0.0.1", port, method, path, headers: all, agent: false, timeout: 20_000 };
    const outgoing = request(options, (incoming) => {
      const parts: Buffer[] = [];
      incoming.on("data", (part: Buffer) => parts.push(part)).on("error", reject);
      incoming.on("end", () => {
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text: Buffer.concat(parts).toString() });
      });
    });
    outgoing.on("timeout", () => outgoing.destroy(new Error("no answer within 20 s"))).on("error", reject);
    outgoing.end(body);
  });
}
