import type { TransportFacts } from "../port/entry.ts";

export const facts: TransportFacts = { baseline: true, look: { color: "#808080", marker: "rectRounded" } };
