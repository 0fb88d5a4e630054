/** The stand-ins in a process of their own, so that their CPU is nobody's figure. `node standins.ts {data} {ports as JSON} {port of the outside}` */
import { createServer } from "node:http";
import { startStandins } from "../standins/system.ts";

const [data = "", ports = "{}", outside] = process.argv.slice(2);
await startStandins(data, JSON.parse(ports));
// About what the authority and the gateway answer; where the bare Worker asks.
const ANSWER = JSON.stringify({ sub: "somebody", phone_number: "+4790000000", phone_number_verified: true });
createServer((_, to) => to.writeHead(200, { "content-type": "application/json" }).end(ANSWER)).listen(
  Number(outside),
  "127.0.0.1",
  () => process.send?.("ready"),
);
process.on("disconnect", () => process.exit()); // the bench is gone
