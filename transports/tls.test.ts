import { describeConformance } from "./conformance/describe.ts";
import { wires } from "./registry.ts";
import { tcp } from "./tcp/transport.ts";
import { overTls } from "./tls.ts";

for (const wire of [...wires, tcp]) describeConformance(overTls(wire));
