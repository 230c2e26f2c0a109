import { describeConformance } from "../conformance/describe.ts";
import { tcp } from "./transport.ts";

describeConformance(tcp);
