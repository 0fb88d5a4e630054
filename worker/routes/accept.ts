/** Content negotiation, as far as there is anything to negotiate: one representation, or 406. */
import type { MiddlewareHandler } from "hono";
import { problem } from "../problem.ts";

/** Admits a request whose `Accept` allows one of `types` (RFC 9110 12.5.1); none at all allows everything. 406 otherwise. */
export function acceptable(...types: string[]): MiddlewareHandler {
  return async function acceptable(c, next) {
    const accept = c.req.header("accept");
    return accept === undefined || types.some((type) => allows(accept, type))
      ? next()
      : problem(c, "REQUEST.NOT_ACCEPTABLE");
  };
}

function allows(accept: string, type: string): boolean {
  const family = `${type.split("/")[0]}/*`;
  return accept
    .toLowerCase()
    .split(",")
    .some((range) => {
      const [name = "", ...parameters] = range.split(";").map((part) => part.trim());
      const refused = parameters.some((parameter) => /^q=0(\.0{0,3})?$/.test(parameter));
      return !refused && (name === type || name === family || name === "*/*");
    });
}
