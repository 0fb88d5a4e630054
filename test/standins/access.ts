/** The access proxy before the console, as far as the Worker asks it: its published keys. */
import { json, type Served, serve } from "./http.ts";
import { ACCESS_KEY } from "./secrets.ts";

/** Serves the keys; who is signed in is decided by the local entry, which stands where the proxy stands. */
export function startAccess(port: number): Promise<Served> {
  const { kty, kid, n, e } = ACCESS_KEY;
  return serve(port, ({ method, url, response }) => {
    if (method !== "GET" || url.pathname !== "/cdn-cgi/access/certs")
      return json(response, 404, { error: "not_found" });
    return json(response, 200, {
      keys: [{ kty, alg: "RS256", use: "sig", kid, n, e }],
      public_cert: {},
      public_certs: [],
    });
  });
}
