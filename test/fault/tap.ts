/** Stands between a client and the Worker, passes every byte on and keeps what the Worker answered. */
import { connect, createServer } from "node:net";

export interface Tap {
  port: number;
  /** Everything the Worker has answered, byte for byte. */
  answers(): Buffer;
  close(): Promise<void>;
}

/** Listens on a free port for the Worker on `target`; requests arrive there with its own port in them. */
export async function tapped(target: number): Promise<Tap> {
  const kept: Buffer[] = [];
  const server = createServer((client) => {
    const worker = connect(target, "127.0.0.1");
    client.on("data", (bytes) => worker.write(bytes.toString("latin1").replaceAll(`:${port}`, `:${target}`), "latin1"));
    worker.on("data", (bytes) => kept.push(bytes));
    worker.pipe(client);
    client.on("end", () => worker.end());
    for (const [one, other] of [
      [client, worker],
      [worker, client],
    ] as const)
      one.on("error", () => other.destroy());
  });
  const port = await new Promise<number>((resolve) =>
    server.listen(0, "127.0.0.1", () => resolve((server.address() as { port: number }).port)),
  );
  return {
    port,
    answers: () => Buffer.concat(kept),
    close: () => new Promise((resolve) => void server.close(() => resolve())),
  };
}
