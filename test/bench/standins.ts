/** The stand-ins in a process of their own, so that their CPU is nobody's figure. `node standins.ts {data} {ports as JSON}` */
import { startStandins } from "../standins/system.ts";

const [data = "", ports = "{}"] = process.argv.slice(2);
await startStandins(data, JSON.parse(ports));
process.on("disconnect", () => process.exit()); // the bench is gone
process.send?.("ready");
