import { z } from "zod";
import { LINK_PROFILES } from "../../scenarios/link.ts";
import type { DemoOrder } from "../../web/demo/messages.ts";
import { MAX_PER_SECOND } from "./traffic.ts";

const columns = z.array(z.string()).max(20);

/** What a page may ask for. */
const schema: z.ZodType<DemoOrder> = z.union([
  z.strictObject({ order: z.enum(["cut", "stall", "flow", "restart"]), columns }),
  z.strictObject({
    order: z.literal("link"),
    columns,
    link: z.enum(Object.keys(LINK_PROFILES)).nullable(),
  }),
  z.strictObject({ order: z.literal("rate"), perSecond: z.number().min(0).max(MAX_PER_SECOND) }),
  z.strictObject({ order: z.literal("send"), channel: z.string(), body: z.string() }),
]);

/** An order as a page wrote it; undefined for what is none. */
export function parseOrder(text: string): DemoOrder | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
