import type { Capabilities } from "../port/transport.ts";

/** The same for clients on Node.js and in pages. */
export const supports: Capabilities = { resume: true, network: true, slowConsumer: "drop-oldest" };
