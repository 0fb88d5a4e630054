import { describe, expect, it } from "vitest";
import type { ProblemBody } from "../../worker/contract.ts";
import { sha256Hex } from "../../worker/verification/keys.ts";
import { API_KEYS } from "../standins/secrets.ts";
import { call, environment } from "./subject.ts";

const OLD = API_KEYS.tindra;
const NEW = "rk_test_the_next_key_of_tindra_0002";
const SCOPES = ["verifications", "privacy", "operations"];
const entry = (key: string, scopes = SCOPES, id = "tindra-shop") => ({ id, sha256: sha256Hex(key), scopes });
const with_ = (...keys: object[]) => environment(() => ({ api_keys: keys }));
const unknown = { customer: { ref: "client-test" }, reason: "test" };
const unlock = (key: string, at: ReturnType<typeof with_>) =>
  call("POST", "/v1/customers/unlock", unknown, { at, key });

describe("the credential of an order system", () => {
  it("is rotated with an overlap: both keys of one id work, then the new one alone", async () => {
    const overlap = with_(entry(NEW), entry(OLD));
    for (const key of [NEW, OLD]) expect((await unlock(key, overlap)).status).toBe(200);
    const after = with_(entry(NEW));
    expect((await unlock(NEW, after)).status).toBe(200);
    expect((await unlock(OLD, after)).status).toBe(401);
  });

  it("is refused once its key is taken out, and may do nothing once it has no scope", async () => {
    expect((await unlock(OLD, with_())).status).toBe(401);
    const bare = await unlock(OLD, with_(entry(OLD, [])));
    expect([bare.status, (await bare.json<ProblemBody>()).code]).toEqual([403, "CLIENT.FORBIDDEN"]);
    expect(bare.headers.get("www-authenticate")).toBe(
      'Bearer realm="ringfence", error="insufficient_scope", scope="operations"',
    );
  });

  it("has exactly the scopes of the key that is shown, whatever another key of the same id may do", async () => {
    const at = with_(entry(NEW, ["privacy"]), entry(OLD, ["operations"]));
    expect((await unlock(OLD, at)).status).toBe(200);
    expect((await unlock(NEW, at)).status).toBe(403);
    const exports = { subject: { order_id: "o-client" } };
    expect((await call("POST", "/v1/exports", exports, { at, key: NEW })).status).toBe(200);
    expect((await call("POST", "/v1/exports", exports, { at, key: OLD })).status).toBe(403);
    for (const path of ["/v1/erasures", "/v1/exports"])
      expect((await call("POST", path, exports, { at: with_(entry(OLD, ["verifications"])) })).status).toBe(403);
    expect((await call("GET", `/v1/erasures/era_${"A".repeat(22)}`, undefined, { at, key: OLD })).status).toBe(403);
  });

  it("is asked for by name, and a wrong one looks like none", async () => {
    const faces = await Promise.all(
      [
        "",
        "Bearer",
        "Bearer short",
        `Basic ${btoa(`tindra:${OLD}`)}`,
        `Bearer ${OLD}x`,
        `Bearer ${sha256Hex(OLD)}`,
      ].map(async (authorization) => {
        const answer = await call("POST", "/v1/customers/unlock", unknown, { headers: { authorization } });
        return [answer.status, answer.headers.get("www-authenticate"), await answer.text()];
      }),
    );
    for (const face of faces) expect(face).toEqual(faces[0]);
    expect(faces[0]?.slice(0, 2)).toEqual([401, 'Bearer realm="ringfence"']);
  });

  it("stops with its brand: a brand whose secrets are malformed admits nobody, the others are served", async () => {
    const at = environment(() => ({ pepper: "short" }));
    expect((await unlock(OLD, at)).status).toBe(401);
    expect((await unlock(API_KEYS.marisol, at)).status).toBe(200);
  });
});
