import type { Socket } from "node:net";
import { LabError } from "../../core/errors.ts";
import { dial, readyEvent } from "../dial.ts";
import type { Fields } from "../envelope.ts";
import { startHeartbeat } from "../heartbeat.ts";
import { encodeRequest, receiveText } from "../json-dialogue.ts";
import { connectClient, type OpenLink } from "../reconnecting-client.ts";
import { Requests } from "../requests.ts";
import type { ConnectOptions, Endpoint, TransportClient } from "../transport.ts";
import { encodeFrame, FrameReader } from "./framing.ts";

const PING = encodeFrame('{"op":"ping"}');
const PONG = encodeFrame('{"op":"pong"}');
const MAX_FRAME_BYTES = 16 * 1024 * 1024;

export function connect(endpoint: Endpoint, options: ConnectOptions): Promise<TransportClient> {
  const open: OpenLink = async (settings, events, signal) => {
    const { heartbeat: heartbeatSettings, localAddress, requestTimeoutMs, token } = settings;
    const socket = dial(endpoint, localAddress);
    const requests = new Requests<Fields>(requestTimeoutMs);
    let reason: LabError | undefined;
    const fail = (error: LabError) => {
      reason ??= error;
      socket.destroy();
    };
    const onAbort = () => fail(LabError.from(signal.reason));
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      if (signal.aborted) onAbort();
      await connected(socket, readyEvent(endpoint));
    } catch (error) {
      signal.removeEventListener("abort", onAbort);
      throw reason ?? LabError.from(error, "unreachable");
    }
    const heartbeat = startHeartbeat(heartbeatSettings, {
      probe: () => socket.write(PING),
      dead: () => fail(new LabError("heartbeat_timeout", "the server went silent")),
    });
    const reader = new FrameReader(MAX_FRAME_BYTES, (text) => {
      if (text === '{"op":"ping"}') socket.write(PONG);
      else if (text !== '{"op":"pong"}') receiveText(text, events, requests);
    });
    socket.on("data", (chunk) => {
      heartbeat.alive();
      try {
        reader.push(chunk);
      } catch (error) {
        fail(LabError.from(error, "malformed"));
      }
    });
    socket.on("error", (error) => fail(LabError.from(error, "closed")));
    socket.once("close", () => {
      heartbeat.stop();
      const ended = reason ?? new LabError("closed", "the server closed the connection");
      requests.end(ended);
      events.down(ended);
    });
    try {
      await requests.start((ref) => socket.write(encodeFrame(JSON.stringify({ op: "connect", ref, token }))));
    } catch (error) {
      socket.destroy();
      throw error;
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
    return {
      request: (operation) =>
        requests.start((ref) => socket.write(encodeFrame(encodeRequest(ref, operation)))),
      close: () => end(socket),
    };
  };
  return connectClient(open, options, { resume: true });
}

function connected(socket: Socket, ready: "connect" | "secureConnect"): Promise<void> {
  return new Promise((resolve, reject) => {
    const closed = () => reject(new LabError("unreachable", "the connection was closed before it stood"));
    socket.once(ready, () => {
      socket.off("error", reject).off("close", closed);
      resolve();
    });
    socket.once("error", reject);
    socket.once("close", closed);
  });
}

function end(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.closed) return resolve();
    const impatient = setTimeout(() => socket.destroy(), 500);
    socket.once("close", () => {
      clearTimeout(impatient);
      resolve();
    });
    socket.destroySoon();
  });
}
