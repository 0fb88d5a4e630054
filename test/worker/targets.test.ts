import { describe, expect, it, vi } from "vitest";
import { ConfigError, config } from "../../worker/config.ts";
import { localEnv, webhookSecret } from "../standins/secrets.ts";

const local = localEnv({ workerPort: 1, gatewayPort: 1, authorityPort: 1, shopPort: 1 });

/** Whether the configuration starts with these endpoints for one brand. */
function starts(webhooks: unknown[]): boolean {
  const { tindra } = JSON.parse(local.BRANDS as string);
  try {
    config({ ...local, BRANDS: JSON.stringify({ tindra: { ...tindra, webhooks } }) });
    return true;
  } catch (fault) {
    if (fault instanceof ConfigError) return false;
    throw fault;
  }
}
const taken = (url: string) => starts([{ id: "shop", url }]);

describe("a webhook's address", () => {
  it.each([
    "https://hooks.shop.example/ringfence",
    "https://hooks.shop.example/",
    "https://hooks.shop.example/a?token=b",
    "https://xn--bcher-kva.example/x",
    "https://a-b.c-d.co.uk/x",
    "https://127.0.0.1.shop.example/x",
    "https://localhost.shop.example/x",
    "https://internal-hooks.example/x",
    "http://127.0.0.1/hooks",
    "http://127.0.0.1:8788/hooks/tindra",
  ])("may be %s", (url) => {
    expect(taken(url)).toBe(true);
  });

  it.each([
    "http://hooks.shop.example/x",
    "ftp://hooks.shop.example/x",
    "file:///etc/passwd",
    "data:text/plain,x",
    "javascript:1",
    "//hooks.shop.example/x",
    "hooks.shop.example/x",
    "",
    "https://",
    "https:///x",
    "https://127.0.0.1/x",
    "https://127.1/x",
    "https://2130706433/x",
    "https://0x7f000001/x",
    "https://0x7f.0.0.1/x",
    "https://0177.0.0.1/x",
    "https://017700000001/x",
    "https://127.0.0.1./x",
    "https://１２７.0.0.1/x",
    "https://127。0。0。1/x",
    "https://10.0.0.8/x",
    "https://169.254.169.254/latest/meta-data",
    "https://192.168.1.1/x",
    "https://8.8.8.8/x",
    "https://0/x",
    "https://[::1]/x",
    "https://[::]/x",
    "https://[::ffff:127.0.0.1]/x",
    "https://[::ffff:7f00:1]/x",
    "https://[fe80::1]/x",
    "https://[fd00:ec2::254]/x",
    "https://[64:ff9b::7f00:1]/x",
    "https://localhost/x",
    "https://LOCALHOST/x",
    "https://localhost./x",
    "https://shop.localhost/x",
    "https://printer.local/x",
    "https://metadata.google.internal/x",
    "https://db.intranet/x",
    "https://nas.lan/x",
    "https://router.home.arpa/x",
    "https://1.0.0.127.in-addr.arpa/x",
    "https://intranet/x",
    "https://hooks.shop.example./x",
    "https://hooks..example/x",
    "https://-.example/x",
    "https://hooks.shop.example:8443/x",
    "https://hooks.shop.example:443/x",
    "https://hooks.shop.example:80/x",
    "https://user@hooks.shop.example/x",
    "https://user:pass@hooks.shop.example/x",
    "https://hooks.shop.example@127.0.0.1/x",
    "https://hooks.shop.example\\@127.0.0.1/x",
    "https://hooks.shop.example#@127.0.0.1/x",
    "https://hooks.shop.example/x#y",
    "https://hooks.shop.example/a/../b",
    " https://hooks.shop.example/x",
    "https://hooks.shop.ex\tample/x",
    "HTTPS://hooks.shop.example/x",
    "https://HOOKS.shop.example/x",
    "https://bücher.example/x",
    "https://hooks.shop.example%2f@127.0.0.1/x",
    "http://localhost:8788/x",
    "http://127.1:8788/x",
    "http://2130706433:8788/x",
    "http://127.0.0.2:8788/x",
    "http://0.0.0.0:8788/x",
    "http://[::1]:8788/x",
    `https://hooks.shop.example/${"x".repeat(2000)}`,
  ])("may not be %s", (url) => {
    expect(taken(url)).toBe(false);
  });

  it("stands under an id of its own, for types that exist", () => {
    const url = "https://hooks.shop.example/x";
    expect(starts([{ id: "shop", url, types: ["verification.approved", "order.hold_requested"] }])).toBe(true);
    expect(starts([{ id: "shop", url, types: ["verification.aproved"] }])).toBe(false);
    expect(
      starts([
        { id: "shop", url },
        { id: "shop", url },
      ]),
    ).toBe(false);
    expect(starts([{ id: "Shop", url }])).toBe(false);
    expect(starts([{ id: "shop", url, method: "PUT" }])).toBe(false);
  });
});

describe("a webhook's secret", () => {
  const bytes = (n: number) => `whsec_${btoa("x".repeat(n))}`;
  it.each<[boolean, string[]]>([
    [true, [webhookSecret("a")]],
    [true, [bytes(24)]],
    [true, [bytes(64)]],
    [true, [bytes(32), bytes(25), bytes(26)]],
    [false, []],
    [false, [bytes(23)]],
    [false, [bytes(65)]],
    [false, [bytes(32).slice(6)]],
    [false, [`${bytes(32)}=`]],
    [false, [`whsec_${"A".repeat(33)}`]],
    [false, [bytes(32), "whsk_x"]],
  ])("is %s for %j", (fits, ring) => {
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    const SECRETS_TINDRA = JSON.stringify({ ...JSON.parse(local.SECRETS_TINDRA as string), webhooks: { shop: ring } });
    expect(config({ ...local, SECRETS_TINDRA }).secrets("tindra") !== undefined).toBe(fits);
    vi.restoreAllMocks();
  });
});
