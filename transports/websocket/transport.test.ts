import { describeConformance } from "../conformance/describe.ts";
import { websocket, websocketDeflate, websocketFastify, websocketMsgpack } from "./transport.ts";

describeConformance(websocket);
describeConformance(websocketDeflate);
describeConformance(websocketFastify);
describeConformance(websocketMsgpack);
