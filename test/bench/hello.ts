/** The smallest Worker on the same framework: what our own start-up is measured against. Runs in workerd. */
import { Hono } from "hono";

export default new Hono().get("/", (c) => c.text("hello"));
