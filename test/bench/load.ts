/** A small load client: so many keep-alive connections, a bounded list of jobs, the time each took. Loopback only. */
import { Agent, type IncomingHttpHeaders, request } from "node:http";

/** One request to one Worker. */
export interface Call {
  port: number;
  method?: string;
  path: string;
  headers?: Record<string, string>;
  body?: string;
}

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/** Sends `call` over the connections of its load and resolves with the whole answer. */
export type Send = (call: Call) => Promise<Answer>;

/** So many keep-alive connections to each port, for as long as they are needed. */
export interface Connections {
  /** Runs every job once, each connection taking the next one as it gets free; milliseconds per job. */
  load(jobs: readonly ((send: Send) => Promise<void>)[]): Promise<number[]>;
  close(): void;
}

/** Opens them as they are needed. */
export function connect(connections: number): Connections {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const send: Send = (call) => sent(agent, call);
  return {
    async load(jobs) {
      const times: number[] = [];
      const queue = jobs.values();
      const connection = async () => {
        for (const job of queue) {
          const begun = performance.now();
          await job(send);
          times.push(performance.now() - begun);
        }
      };
      await Promise.all(Array.from({ length: connections }, connection));
      return times;
    },
    close: () => agent.destroy(),
  };
}

/** The same over connections of its own. */
export async function load(connections: number, jobs: readonly ((send: Send) => Promise<void>)[]): Promise<number[]> {
  const lines = connect(connections);
  const times = await lines.load(jobs);
  lines.close();
  return times;
}

function sent(agent: Agent, { port, method = "POST", path, headers, body }: Call): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
    const outgoing = request(
      { agent, host: "127.0.0.1", port, method, path, headers: { ...headers, ...length } },
      (incoming) => {
        const parts: Buffer[] = [];
        incoming.on("data", (part: Buffer) => parts.push(part));
        incoming.on("error", reject);
        incoming.on("end", () => {
          const { statusCode = 0, headers: given } = incoming;
          resolve({ status: statusCode, headers: given, body: Buffer.concat(parts).toString() });
        });
      },
    );
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}
