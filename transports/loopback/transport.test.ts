import { describeConformance } from "../conformance/describe.ts";
import { loopback } from "./transport.ts";

describeConformance(loopback);
