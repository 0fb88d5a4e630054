/** What an error of ours becomes: a line for the operator, and a problem that tells nothing. */
import type { ProblemCode } from "../contract.ts";
import { Unreachable } from "../objects.ts";
import type { ProblemExtras } from "../problem.ts";

/** Logs what went wrong in the call of `correlator`, and says what its caller is told. */
export function fault(error: unknown, correlator: string | undefined): [ProblemCode, ProblemExtras] {
  // Frames without the message, however many lines it has: a library's message may quote what a person typed.
  const { name, stack = "", message } = error instanceof Error ? error : new Error("no error was thrown");
  const frames = stack
    .slice(stack.indexOf(message) + message.length)
    .split("\n")
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 8);
  console.error(JSON.stringify({ level: "error", event: "internal", correlator, name, frames }));
  return error instanceof Unreachable ? ["SERVICE.UNAVAILABLE", { waitS: 2 }] : ["INTERNAL", {}];
}
