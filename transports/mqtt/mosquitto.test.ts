import { describeConformanceIfInstalled } from "../conformance/describe.ts";
import { mqttMosquitto } from "./transport.ts";

await describeConformanceIfInstalled(mqttMosquitto, true);
