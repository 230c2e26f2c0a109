import { z } from "zod";
import type { PageOrder } from "./messages.ts";

const order = z.discriminatedUnion("order", [
  z.strictObject({ order: z.literal("open"), lesson: z.int().min(1).max(99), again: z.boolean() }),
  z.strictObject({ order: z.literal("answer"), id: z.string().max(100), text: z.string().max(1_000) }),
  z.strictObject({ order: z.literal("demo") }),
]);

/** A page's order; undefined where the text is none. */
export function parsePageOrder(text: string): PageOrder | undefined {
  try {
    return order.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
