import { LabError } from "../../core/errors.ts";
import type { IsBody, Span } from "../dissect/dissector.ts";
import { excerpt, splitJson } from "../dissect/json.ts";
import type { Consume } from "../dissect/reader.ts";
import { dissectStreams } from "../http/streams/dissect.ts";
import { MEDIA_TYPE } from "./lines.ts";

/** Lines that are about the connection, by how they begin; this lab's servers put the kind first. */
const OF_CONNECTION = [
  ['{"kind":"alive"}', "heartbeats"],
  ['{"kind":"welcome",', "handshake"],
  ['{"kind":"closed",', "handshake"],
] as const;

/** Lines on one connection, requests on another. */
export const dissect = dissectStreams("/stream", MEDIA_TYPE, readLines);

function readLines(isBody: IsBody, fill: (spans: readonly Span[]) => void): Consume {
  return (bytes) => {
    const end = bytes.indexOf("\n");
    if (end < 0) return 0;
    fill(splitLine(bytes.subarray(0, end + 1), isBody));
    return end + 1;
  };
}

/** The line break is framing. */
function splitLine(line: Buffer, isBody: IsBody): Span[] {
  const begins = line.toString("latin1", 0, 20);
  if (!begins.startsWith("{")) throw new LabError("malformed", `not a line of this stream: ${excerpt(line)}`);
  const [, part] = OF_CONNECTION.find(([start]) => begins.startsWith(start)) ?? [];
  if (part) return [{ part, length: line.length }];
  return [...splitJson(line.subarray(0, -1), isBody), { part: "framing", length: 1 }];
}
