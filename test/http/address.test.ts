/** Where a shopper is sent back to: the shop's exact origin, and nothing that only looks like it. */
import { describe, expect, inject, it } from "vitest";
import { clients } from "./client.ts";
import { judged, MARK } from "./refusal.ts";

const at = clients(inject("ports"));
const { shop: shopPort } = at.ports;

describe("return addresses", () => {
  it("must lie on the shop's exact origin, in the one form no parser reads otherwise", async () => {
    const host = `shop.tindra.localhost:${shopPort}`;
    const good = `http://${host}`;
    const tricks = [
      ...[
        `https://${host}/`,
        `ftp://${host}/`,
        `javascript:alert(1)//${good}`,
        `data:text/html,${MARK}`,
        `//${host}/`,
        "/return",
      ],
      ...[
        `http:/${host}/`,
        `http:${host}/`,
        `http:\\\\${host}\\`,
        `${good}\\@evil.example/`,
        `${good}\\.evil.example/`,
        `HTTP://${host}/`,
      ],
      ...[
        `http://evil.example/`,
        `http://evil.example/${good}`,
        `http://evil.example?${good}`,
        `http://evil.example#${good}`,
      ],
      ...[
        `http://${host}@evil.example/`,
        `http://evil.example@${host}/`,
        `http://user:pass@${host}/`,
        `http://@${host}/`,
        `http://:@${host}/`,
      ],
      ...[
        `http://shop.tindra.localhost/`,
        `http://shop.tindra.localhost:1/`,
        `${good}0/`,
        `http://shop.tindra.localhost.:${shopPort}/`,
      ],
      ...[
        `http://shop.tindra.localhost.evil.example:${shopPort}/`,
        `http://xshop.tindra.localhost:${shopPort}/`,
        `http://tindra.localhost:${shopPort}/`,
      ],
      ...[
        `${good}.evil.example/`,
        `http://shop.marisol.localhost:${shopPort}/`,
        `http://SHOP.tindra.localhost:${shopPort}/`,
      ],
      ...[
        ` ${good}/`,
        `${good}/ `,
        `\t${good}/`,
        `ht\ttp://${host}/`,
        `${good}/\n`,
        `http://shop.tindra.localhost\t:${shopPort}/`,
        `${good}/a b`,
      ],
      ...[
        `http://shop。tindra。localhost:${shopPort}/`,
        `http://ѕhop.tindra.localhost:${shopPort}/`,
        `http://shop.tindra.loca%6chost:${shopPort}/`,
      ],
      ...[
        `${good}/return#${MARK}`,
        `${good}/../return`,
        `${good}/./x`,
        `${good}/\\evil.example`,
        `http://127.0.0.1:${shopPort}/`,
        `${good}/é`,
      ],
      ...[
        "",
        MARK,
        "http://",
        "http://[::1]/",
        `http://${host}:80/`,
        `${good}?x=\u0000`,
        `${good}/${MARK.repeat(250)}`,
      ],
    ];
    expect(tricks.length).toBeGreaterThan(50);
    const { ref } = await at.customer("tindra");
    const body = at.opening("tindra", ref);
    const cases = tricks.flatMap((address) => ["return_url", "cancel_url"].map((member) => ({ member, address })));
    const found = await judged(cases, async ({ member, address }) => {
      const presentation = { ...body.presentation, [member]: address };
      const answer = await at.shop("tindra").post("", { ...body, presentation });
      return {
        name: `${member} ${address}`,
        answer,
        status: [422, 400],
        code: ["ORDER.RETURN_ADDRESS", "REQUEST.INVALID"],
      };
    });
    expect(found).toEqual([]);
    const framed = [
      { mode: "frame" },
      { mode: "frame", embed_origin: good },
      { embed_origin: good },
      { mode: "frame", embed_origin: "*" },
    ];
    const refused = await judged(framed, async (change) => {
      const answer = await at.shop("tindra").post("", { ...body, presentation: { ...body.presentation, ...change } });
      return { name: JSON.stringify(change), answer, status: 422, code: "ORDER.RETURN_ADDRESS" };
    });
    expect(refused).toEqual([]);
  });
});
