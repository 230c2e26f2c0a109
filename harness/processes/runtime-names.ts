/** What may run the service: Node.js, or what brings Node's modules along, some of them in part. */
export const RUNTIMES = ["node", "bun", "deno"] as const;
export type Runtime = (typeof RUNTIMES)[number];
