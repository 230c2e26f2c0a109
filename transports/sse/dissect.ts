import { LabError } from "../../core/errors.ts";
import type { IsBody, Span } from "../dissect/dissector.ts";
import { excerpt, splitJson } from "../dissect/json.ts";
import type { Consume } from "../dissect/reader.ts";
import { dissectStreams } from "../http/streams/dissect.ts";

const ALIVE_EVENT = Buffer.from("event:alive\n");

/** The event stream on one connection, requests on another. */
export const dissect = dissectStreams("/events", "text/event-stream", readEvents);

/** Cuts a stream into events (HTML standard, 9.2.5), whose end is an empty line; this lab's servers write LF alone. */
export function readEvents(isBody: IsBody, fill: (spans: readonly Span[]) => void): Consume {
  return (bytes) => {
    const end = bytes.indexOf("\n\n");
    if (end < 0) return 0;
    fill(splitEvent(bytes.subarray(0, end + 2), isBody));
    return end + 2;
  };
}

/** `id` repeats what the message says itself, and so do field names and line breaks nothing for the application: framing. */
function splitEvent(event: Buffer, isBody: IsBody): Span[] {
  const spans: Span[] = [];
  let handshake = false;
  let heartbeat = true;
  for (let from = 0; from < event.length; ) {
    const end = event.indexOf("\n", from) + 1;
    const line = event.subarray(from, end);
    const name = line.toString("latin1").split(":")[0] ?? "";
    if (name === "data") {
      heartbeat = false;
      spans.push({ part: "framing", length: 5 });
      // An event with a type of its own is about the connection, and has no notification.
      spans.push(...splitJson(line.subarray(5, -1), isBody), { part: "framing", length: 1 });
    } else {
      if (line.equals(ALIVE_EVENT)) return [{ part: "heartbeats", length: event.length }];
      if (name === "event" || name === "retry") handshake = true;
      else if (name !== "id" && name !== "" && name !== "\n")
        throw new LabError("malformed", `not a field of an event stream: ${excerpt(line)}`);
      spans.push({ part: "framing", length: line.length });
    }
    from = end;
  }
  if (handshake) return [{ part: "handshake", length: event.length }];
  return heartbeat ? [{ part: "heartbeats", length: event.length }] : spans;
}
