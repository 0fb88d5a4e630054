/** Looks for marked values in bytes, in every form in which somebody might have written them down. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A value that must not be found. `digits`: so short that it counts only where no further digit touches it. */
export interface Mark {
  name: string;
  value: string;
  digits?: boolean;
}

/** Bytes in which to look, by the name of where they come from. */
export type Ground = Map<string, Buffer>;

/** All files of a folder, write-ahead files included. */
export function files(folder: string): Ground {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(entries.map(({ parentPath, name }) => [join(parentPath, name), bytesOf(join(parentPath, name))]));
}

/** Nothing where the file has gone since it was listed: databases drop their side files when they close. */
function bytesOf(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return Buffer.alloc(0);
    throw error;
  }
}

/** The forms of a value: as it is, encoded for an address, in hex, in base64 at each of the three offsets, and a number's own. */
function forms({ value }: Mark): string[] {
  const bytes = Buffer.from(value);
  const hex = bytes.toString("hex");
  // Where the value does not lie on multiples of three bytes, its first and last letters depend on its neighbours.
  const base64 = [0, 1, 2].map((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString("base64");
    return text.slice(Math.ceil((offset * 4) / 3), Math.floor(((offset + bytes.length) * 8) / 6));
  });
  const url = base64.map((text) => text.replaceAll("+", "-").replaceAll("/", "_"));
  const encoded = encodeURIComponent(value);
  const number = value.startsWith("+")
    ? [value.slice(1), value.slice(-9), [...value.slice(-9)].reverse().join("")]
    : [];
  return [...new Set([value, encoded, hex, hex.toUpperCase(), ...base64, ...url, ...number])];
}

/** Names of objects and hashes, in hex: so many decimal digits lie in a row in them that chance would find a code. */
const NAMES = /(?<![0-9a-f])(?:[0-9a-f]{64}|[0-9a-f]{32})(?![0-9a-f])/g;

/** Where each mark was found, a line each: its name, never the value. */
export function found(marks: readonly Mark[], ground: Ground): string[] {
  const texts = [...ground].map(([name, bytes]) => {
    const text = bytes.toString("latin1");
    return { name, text, short: text.replaceAll(NAMES, " ") };
  });
  return marks.flatMap((mark) =>
    forms(mark).flatMap((form, n) =>
      texts
        .filter(({ text, short }) => contains(mark.digits ? short : text, form, mark.digits === true))
        .map(({ name }) => `${mark.name} (form ${n}) in ${name}`),
    ),
  );
}

/** Short digits lie by chance in any longer number: they count on their own only. */
function contains(text: string, form: string, alone: boolean): boolean {
  for (let at = text.indexOf(form); at >= 0; at = text.indexOf(form, at + 1)) {
    const neighbours = `${text[at - 1] ?? ""}${text[at + form.length] ?? ""}`;
    if (!alone || !/^\d+$/.test(form) || !/\d/.test(neighbours)) return true;
  }
  return false;
}
