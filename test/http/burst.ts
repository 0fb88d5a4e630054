/** Requests on raw sockets: whatever bytes a test wants, and many of them at the same instant. */
import { connect, type Socket } from "node:net";
import type { Answer, Call } from "./client.ts";

/** `call` as bytes of HTTP/1.1, on a connection that ends with the answer. */
export function bytes(port: number, { method = "POST", path, host, headers = {}, body = "" }: Call): string {
  const all = { host: host ?? `127.0.0.1:${port}`, connection: "close", "content-length": Buffer.byteLength(body) };
  const lines = Object.entries({ ...all, ...headers }).map(([name, value]) => `${name}: ${value}`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n${body}`;
}

/**
 * Sends every request but for its last byte, waits until all of them are out and `fence` has been answered (a round
 * trip through the same server), then releases all last bytes in one turn. Answers in the order of `requests`.
 */
export async function together(port: number, requests: string[], fence: () => Promise<unknown>): Promise<Answer[]> {
  const lines = await Promise.all(requests.map((request) => held(port, Buffer.from(request, "latin1"))));
  await fence();
  for (const { socket, last } of lines) socket.write(last);
  return Promise.all(lines.map(({ answer }) => answer));
}

/** One request, byte for byte. */
export async function exactly(port: number, request: string): Promise<Answer> {
  const { socket, last, answer } = await held(port, Buffer.from(request, "latin1"));
  socket.write(last);
  return answer;
}

async function held(port: number, request: Buffer) {
  const socket = connect({ host: "127.0.0.1", port, noDelay: true });
  const answer = whole(socket);
  answer.catch(() => undefined); // told to whoever awaits it later
  await new Promise<void>((resolve, reject) => {
    socket.once("error", reject);
    socket.write(request.subarray(0, -1), () => resolve());
  });
  return { socket, last: request.subarray(-1), answer };
}

function whole(socket: Socket): Promise<Answer> {
  const parts: Buffer[] = [];
  socket.setTimeout(20_000, () => socket.destroy(new Error("no answer within 20 s")));
  return new Promise((resolve, reject) => {
    socket.on("data", (part: Buffer) => parts.push(part)).on("error", reject);
    socket.on("close", () =>
      parts.length > 0 ? resolve(parsed(Buffer.concat(parts).toString())) : reject(new Error("closed")),
    );
  });
}

function parsed(answer: string): Answer {
  const end = answer.indexOf("\r\n\r\n");
  const [line = "", ...fields] = answer.slice(0, end).split("\r\n");
  const headers = Object.fromEntries(
    fields.map((field) => [
      field.slice(0, field.indexOf(":")).toLowerCase(),
      field.slice(field.indexOf(":") + 1).trim(),
    ]),
  );
  const rest = answer.slice(end + 4);
  return {
    status: Number(line.split(" ")[1]),
    headers,
    text: headers["transfer-encoding"] === "chunked" ? joined(rest) : rest,
  };
}

function joined(chunks: string): string {
  let [text, rest] = ["", Buffer.from(chunks)];
  for (;;) {
    const head = rest.indexOf("\r\n");
    const size = Number.parseInt(rest.subarray(0, head).toString(), 16);
    if (!(size > 0)) return text;
    text += rest.subarray(head + 2, head + 2 + size).toString();
    rest = rest.subarray(head + 2 + size + 2);
  }
}
