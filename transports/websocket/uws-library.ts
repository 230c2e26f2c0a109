import { createRequire } from "node:module";
import { LabError } from "../../core/errors.ts";

/*
 * uWebSockets.js as much as is used of it. Its authors publish it outside npm; the package is a copy of it by others. Its own entry falls back on
 * ws where the addon does not load, so the addon is loaded past it: what is measured under its name has to be it.
 */

export const UWS_PACKAGE = "@trufflesuite/uws-js-unofficial";

/** A connection, until its `close` is called; after that each of its functions throws. */
export interface UwsSocket<Data> {
  send(message: Uint8Array, isBinary: boolean): number;
  ping(): number;
  subscribe(topic: string): boolean;
  unsubscribe(topic: string): boolean;
  getBufferedAmount(): number;
  /** Sends a close frame, then FIN; calls `close` before it returns. */
  end(code: number, reason?: string): void;
  /** Ends the connection at once; calls `close` before it returns. */
  close(): void;
  getUserData(): Data;
}

/** Holds only until its handler returns. */
export interface UwsRequest {
  getMethod(): string;
  getUrl(): string;
  getQuery(): string;
  getHeader(lowerCaseName: string): string;
  forEach(each: (name: string, value: string) => void): void;
}

export interface UwsResponse {
  writeStatus(status: string): UwsResponse;
  writeHeader(name: string, value: string): UwsResponse;
  end(content: string, closeConnection: boolean): UwsResponse;
  cork(write: () => void): UwsResponse;
  close(): UwsResponse;
  onAborted(aborted: () => void): UwsResponse;
  /** The chunk holds only until the callback returns. */
  onData(take: (chunk: ArrayBuffer, isLast: boolean) => void): UwsResponse;
  getRemoteAddressAsText(): ArrayBuffer;
  upgrade<Data>(data: Data, key: string, protocol: string, extensions: string, context: object): void;
}

export interface UwsBehavior<Data> {
  readonly maxPayloadLength: number;
  /** In seconds, 960 at the most; 0 for none. */
  readonly idleTimeout: number;
  readonly sendPingsAutomatically: boolean;
  /** In bytes; 0 for none. What is sent beyond it is dropped. */
  readonly maxBackpressure: number;
  readonly compression: number;
  upgrade(response: UwsResponse, request: UwsRequest, context: object): void;
  open(socket: UwsSocket<Data>): void;
  message(socket: UwsSocket<Data>, message: ArrayBuffer, isBinary: boolean): void;
  ping(socket: UwsSocket<Data>, message: ArrayBuffer): void;
  pong(socket: UwsSocket<Data>): void;
  close(socket: UwsSocket<Data>): void;
}

export interface UwsApp {
  ws<Data>(pattern: string, behavior: UwsBehavior<Data>): UwsApp;
  any(pattern: string, handle: (response: UwsResponse, request: UwsRequest) => void): UwsApp;
  listen(host: string, port: number, done: (listening: object | false) => void): UwsApp;
  numSubscribers(topic: string): number;
  publish(topic: string, message: Uint8Array, isBinary: boolean): boolean;
  /** Ends every connection, and listens no more. */
  close(): UwsApp;
}

export interface Uws {
  App(): UwsApp;
  us_listen_socket_close(listening: object): void;
  us_socket_local_port(listening: object): number;
  readonly DISABLED: number;
}

const require = createRequire(import.meta.url);

/** Throws `unsupported`, with what to do, where it is not installed or has no build for this Node.js. */
export function loadUws(): Uws {
  const { platform, arch, versions } = process;
  try {
    return require(`${UWS_PACKAGE}/binaries/uws_${platform}_${arch}_${versions.modules}.node`);
  } catch (error) {
    throw new LabError("unsupported", isInstalled() ? whyNot(error) : NOT_INSTALLED, { cause: error });
  }
}

/** Why it can't be loaded here; undefined where it can. */
export async function missingUws(): Promise<string | undefined> {
  try {
    loadUws();
    return undefined;
  } catch (error) {
    return LabError.from(error).message;
  }
}

const NOT_INSTALLED = `uWebSockets.js is not installed: npm install ${UWS_PACKAGE}`;

function isInstalled(): boolean {
  try {
    require.resolve(UWS_PACKAGE);
    return true;
  } catch {
    return false; // Not there.
  }
}

function whyNot(error: unknown): string {
  const { platform, arch, version } = process;
  const [reason = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
  const tried = `Node.js ${version} on ${platform} ${arch}`;
  return reason.startsWith("Cannot find module")
    ? `uWebSockets.js as ${UWS_PACKAGE} has no build for ${tried}; its builds are for Node.js 16, 18 and 20`
    : `uWebSockets.js does not load on ${tried}: ${reason}`;
}
