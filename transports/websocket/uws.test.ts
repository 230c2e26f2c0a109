import { describeConformanceIfInstalled } from "../conformance/describe.ts";
import { websocketUws } from "./transport.ts";

// There are no builds for later ones.
await describeConformanceIfInstalled(websocketUws, process.versions.modules === "115");
