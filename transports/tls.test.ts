import { describeConformance } from "./conformance/describe.ts";
import { wires } from "./registry.ts";
import { tcp } from "./tcp/transport.ts";
import { overTls } from "./tls.ts";

// `npm test` runs every check over TLS once, each on another transport; the full set all on each.
const sampled = [...wires, tcp];
sampled.forEach((wire, turn) => {
  describeConformance(overTls(wire), (_, index) => index % sampled.length === turn);
});
