/** What anybody may read on the API host: documents of the build, with this deployment's origin in them. */
import { Hono } from "hono/tiny";
import { config } from "../config.ts";
import { builtFile } from "../page/texts.ts";
import { acceptable } from "./accept.ts";
import { type Hosted, onApiHost } from "./hosts.ts";
import { notAllowed } from "./reach.ts";

const FILES = { "/openapi.json": "openapi.json", "/.well-known/oauth-authorization-server": "oauth.json" };

export const documents = new Hono<Hosted>();
for (const [path, file] of Object.entries(FILES))
  documents
    .get(path, onApiHost, acceptable("application/json"), async (c) =>
      c.body((await builtFile(c.env.ASSETS, file)).replaceAll("%API%", config(c.env).apiOrigin), 200, {
        "content-type": "application/json",
        "cache-control": "public, max-age=300",
      }),
    )
    .all(path, onApiHost, notAllowed("GET"));
