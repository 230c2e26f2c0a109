import { setTimeout as sleep } from "node:timers/promises";
import type { Target } from "../attacks/attack.ts";
import { onMany } from "../attacks/common.ts";
import { oddJson } from "../conformance/fuzz/odd-json.ts";
import { oddMsgpack } from "../conformance/fuzz/odd-msgpack.ts";
import { type Odd, OddMap } from "../conformance/fuzz/odd-values.ts";
import { openRaw, type RawConnection, rawRequest } from "./raw.ts";

/* What attacks over HTTP share. */

/** How a variant's contents are written; a character is a byte. */
export interface Writing {
  readonly mediaType: string;
  readonly write: (value: Odd) => string;
}

export const inJson: Writing = {
  mediaType: "application/json",
  write: (value) => Buffer.from(oddJson(value)).toString("latin1"),
};

export const inMsgpack: Writing = {
  mediaType: "application/vnd.msgpack",
  write: (value) => oddMsgpack(value).toString("latin1"),
};

/** A request with these fields in its content. */
export function written(
  { mediaType, write }: Writing,
  line: string,
  headers: Readonly<Record<string, string>>,
  fields: Readonly<Record<string, Odd>>,
): string {
  const content = write(new OddMap(Object.entries(fields)));
  return rawRequest(line, { "content-type": mediaType, ...headers }, content);
}

export function authorizationOf(target: Target, user: string): string {
  return `Bearer ${target.token(user)}`;
}

/** So many connections at once, each closed afterwards whatever became of it. */
export async function onConnections(
  target: Target,
  count: number,
  run: (connection: RawConnection, index: number) => Promise<unknown>,
): Promise<void> {
  await onMany(
    count,
    () => openRaw(target.endpoint),
    (connection) => connection.destroy(),
    run,
  );
}

/** Settles when so many answers came on the connection; rejects after that time, or when it is closed. */
export async function answered(connection: RawConnection, count: number, patienceMs = 10_000): Promise<void> {
  for (let waited = 0; waited < patienceMs; waited += 5) {
    if (connection.text.split("HTTP/1.1 ").length - 1 >= count) return;
    if (connection.socket.destroyed) break;
    await sleep(5);
  }
  throw new Error(`${connection.text.split("HTTP/1.1 ").length - 1} of ${count} requests were answered`);
}

/** Publishes so many notifications of 1,000 characters to a topic, on one connection. */
export async function publishMany(
  target: Target,
  topic: string,
  count: number,
  writing = inJson,
): Promise<void> {
  const connection = await openRaw(target.endpoint);
  const authorization = authorizationOf(target, "publisher");
  const fields = { channel: `topic/${topic}`, body: "x".repeat(1_000) };
  const request = written(writing, "POST /publish", { authorization }, fields);
  try {
    for (let sent = 0; sent < count; sent += 50) {
      connection.send(request.repeat(50));
      await answered(connection, sent + 50);
    }
  } finally {
    connection.destroy();
  }
}
