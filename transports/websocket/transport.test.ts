import { describeConformance } from "../conformance/describe.ts";
import { websocket, websocketDeflate, websocketFastify } from "./transport.ts";

describeConformance(websocket);
describeConformance(websocketDeflate);
describeConformance(websocketFastify);
