import { LabError } from "../../core/errors.ts";
import type { StreamMessages } from "../http/streams/messages.ts";
import { parseObject } from "../session/envelope.ts";

/** Media type of a JSON text a line; not registered, and what everybody calls it. */
export const MEDIA_TYPE = "application/x-ndjson";

const MAX_LINE_CHARACTERS = 16 * 1024 * 1024;

/** Reads lines as their text comes. What it returns throws `malformed` for a line that is no JSON object, or has no end. */
export function readLines(messages: StreamMessages): (text: string) => void {
  let rest = "";
  return (text) => {
    // What waits is looked at once: the line's end is in what is new.
    let from = 0;
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", from)) {
      const line = rest + text.slice(from, end);
      rest = "";
      from = end + 1;
      if (line !== "" && line !== "\r") receive(line, messages);
    }
    rest += text.slice(from);
    if (rest.length > MAX_LINE_CHARACTERS) throw new LabError("malformed", "a line of the stream has no end");
  };
}

function receive(line: string, messages: StreamMessages): void {
  const message = parseObject(line);
  if (message.kind === "welcome") messages.welcome(message);
  else if (message.kind === "closed") messages.closed(message);
  else if (message.kind !== "alive") messages.event(message);
}
