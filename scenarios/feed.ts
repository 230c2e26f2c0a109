import type { Plan } from "./plan.ts";
import type { Params } from "./scenario.ts";

/** One publisher, at a constant rate, to one topic that every other connection follows. `past`: the publisher is past the link. */
export function feed(
  { connections, rate, payload }: Params,
  { past = false }: { readonly past?: boolean } = {},
): Pick<Plan, "groups" | "traffic"> {
  return {
    groups: [
      { name: "publisher", users: 1, follows: [], marksRead: false, ...(past ? { via: "direct" } : {}) },
      { name: "subscriber", users: connections - 1, follows: ["topic/feed"], marksRead: false },
    ],
    traffic: [
      {
        from: "publisher",
        to: { topic: "topic/feed" },
        arrivals: "constant",
        ratePerSecond: rate,
        payloadCharacters: payload,
      },
    ],
  };
}
