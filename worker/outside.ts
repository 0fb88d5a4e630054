/** What comes from outside is read no further than it may be long. */
import { Buffer } from "node:buffer";

/** 64 KB: a faulty service must not fill the isolate. */
const ANSWER_MAX = 64 * 1024;

/** The text of what another service answered; undefined where it is too long, or did not arrive whole. */
export async function textOfAnswer(answer: Response): Promise<string | undefined> {
  const { headers, body } = answer;
  // A declared length holds; without one, packed, or in chunks, which win over it, the answer is cut where it grows too long.
  const open = headers.has("content-encoding") || headers.has("transfer-encoding");
  const declared = open ? null : headers.get("content-length");
  try {
    if (declared !== null && Number(declared) <= ANSWER_MAX) return await answer.text();
    const bytes = await capped(body, ANSWER_MAX);
    return bytes && new TextDecoder().decode(bytes);
  } catch {
    return undefined;
  }
}

/** A body, or undefined as soon as it is too long: leaving the loop cancels the stream. */
export async function capped(body: ReadableStream | null, max: number): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.byteLength;
    if (size > max) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
