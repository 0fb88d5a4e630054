/** The access proxy's door in front of the local console: a page to choose who one is, a cookie, an assertion. */
import { type AccessClaims, accessToken } from "./access-token.ts";
import { BRANDS } from "./secrets.ts";

/** Who can be chosen, by the value of the cookie. */
const PEOPLE: Record<string, { label: string; claims: AccessClaims }> = {
  ...Object.fromEntries(
    BRANDS.flatMap((brand) => [
      [`${brand}-analyst`, person(`analyst of ${brand}`, `analyst@${brand}.example`, `${brand}-analysts`)],
      [`${brand}-fraud`, person(`fraud desk of ${brand}`, `fraud@${brand}.example`, `${brand}-fraud`)],
    ]),
  ),
  operator: person("operator", "operator@ringfence.example", "operators"),
  admin: person("admin", "admin@ringfence.example", "admins"),
};

function person(label: string, email: string, group: string) {
  return { label, claims: { email, groups: [group] } };
}

const COOKIE = "local-access";
const ASSERTION = "cf-access-jwt-assertion";

/**
 * What the proxy answers by itself, or the request it passes on, with an assertion where somebody is signed in. The real
 * one replaces an assertion that the client sends; here it goes through, so that a test can see it judged.
 */
export async function throughAccess(request: Request, team: string): Promise<Response | Request> {
  const { pathname, searchParams } = new URL(request.url);
  const named = new RegExp(`(?:^|;\\s*)${COOKIE}=([a-z-]+)`).exec(request.headers.get("cookie") ?? "")?.[1] ?? "";
  if (pathname === "/__login") return login(searchParams.get("as"));
  const someone = Object.hasOwn(PEOPLE, named) ? PEOPLE[named] : undefined;
  const headers = new Headers(request.headers);
  if (!someone && request.method === "GET" && pathname === "/console" && !headers.has(ASSERTION)) return to("/__login");
  if (someone) headers.set(ASSERTION, await accessToken(team, Date.now(), someone.claims));
  return new Request(request, { headers });
}

function login(chosen: string | null): Response {
  if (chosen !== null && Object.hasOwn(PEOPLE, chosen)) {
    return to("/console", { "set-cookie": `${COOKIE}=${chosen}; Path=/; HttpOnly; SameSite=Lax` });
  }
  const choices = Object.entries(PEOPLE).map(([id, { label }]) => `<li><a href="?as=${id}">${label}</a></li>`);
  const html = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Sign in, on this machine</title><link rel="icon" href="data:,"><style>body{font:17px/1.6 system-ui,sans-serif;max-width:40ch;margin:12vh auto;padding:0 20px;color-scheme:light dark}</style><h1>Who are you?</h1><p>Cloudflare Access stands here in a deployment.</p><ul>${choices.join("")}</ul>`;
  return new Response(html, { headers: { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" } });
}

function to(location: string, headers: Record<string, string> = {}): Response {
  return new Response(null, { status: 302, headers: { location, "cache-control": "no-store", ...headers } });
}
