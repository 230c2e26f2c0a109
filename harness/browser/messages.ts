import type { PageTransport } from "../../transports/browser.ts";
import type { Endpoint } from "../../transports/port/transport.ts";
import type { Failed } from "../processes/messages.ts";
import type { BrowserFigures } from "../result/schema/browser.ts";
import type { TransportRef } from "../run/transports.ts";

/*
 * What the orchestrator and the process with the browser say to one another; as in harness/processes/messages.ts.
 */

export type CanaryRequest =
  | { readonly kind: "open"; readonly browser: string }
  /** Connects a page's clients and as many of Node.js to a server, and a publisher for both. */
  | ({ readonly kind: "join" } & JoinOptions)
  /** Publishes for both, and takes down what comes. */
  | { readonly kind: "listen" }
  | { readonly kind: "leave" };

export interface JoinOptions {
  readonly transport: TransportRef;
  /** As pages know it. */
  readonly inPage: PageTransport;
  readonly endpoint: Endpoint;
  readonly secret: string;
  /** Of the page, and of Node.js beside it. */
  readonly connections: number;
  /** Of a notification's body. */
  readonly characters: number;
}

export type CanaryReply =
  | { readonly kind: "opened"; readonly product: string; readonly origin: string }
  | { readonly kind: "joined" }
  | { readonly kind: "heard"; readonly figures: BrowserFigures }
  | { readonly kind: "left" }
  | Failed;
