import * as ws from "ws";
import { takeNothingAfterFailure } from "../limits/failed-receiver.ts";

takeNothingAfterFailure(ws);

/**
 * The ws that Engine.IO speaks through, one message a turn of the event loop: of a client that sends thousands at once the other clients'
 * messages are not behind. (This version bounds the pongs that wait for a peer that does not read, too; Engine.IO's own does not.)
 */
export class FairWebSocketServer extends ws.WebSocketServer {
  constructor(options: ws.ServerOptions) {
    super({ ...options, allowSynchronousEvents: false });
  }
}
