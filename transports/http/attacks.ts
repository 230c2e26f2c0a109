import type { Attack } from "../attacks/attack.ts";
import { Nest, type Odd, OddMap } from "../conformance/fuzz/odd-values.ts";
import { answered, authorizationOf, onConnections, type Writing, written } from "./attacker.ts";
import { connectionAttacks, type Posting, sessionGuesses } from "./connection-attacks.ts";
import { openRaw, rawRequest } from "./raw.ts";

/** What can be tried against a transport whose requests are POSTs of maps. */
export function httpAttacks(writing: Writing): readonly Attack[] {
  const publishing: Posting = {
    line: "POST /publish",
    mediaType: writing.mediaType,
    content: writing.write(map({ channel: "topic/smuggled", body: "x" })),
  };
  return [
    ...connectionAttacks(publishing),
    sessionGuesses(publishing, "HTTP/1.1 410 "),
    erasure(writing),
    oddObjects(writing),
  ];
}

const map = (fields: Readonly<Record<string, Odd>>) => new OddMap(Object.entries(fields));

function erasure(writing: Writing): Attack {
  return {
    name: "marking as read what nobody published, to erase another's replay",
    run: async (target) => {
      const victim = await openRaw(target.endpoint);
      const ann = { authorization: authorizationOf(target, "ann") };
      victim.send(written(writing, "POST /publish", ann, { channel: "user/absent", body: "x" }));
      await victim.receive("seq");
      victim.destroy();
      const mallory = { authorization: authorizationOf(target, "mallory") };
      await onConnections(target, 20, async (connection, lane) => {
        for (let sent = 0; sent < 550; sent += 50) {
          let batch = "";
          for (let i = sent; i < sent + 50; i += 1)
            batch += written(writing, "POST /read", mallory, {
              id: "x-1",
              channel: `topic/erase-${lane}-${i}`,
            });
          connection.send(batch);
          await answered(connection, sent + 50);
        }
      });
    },
  };
}

function oddObjects({ mediaType, write }: Writing): Attack {
  const contents = [
    write(map({ channel: new Nest("array", 6_000), body: "x" })),
    write(map({ channel: "topic/x", body: new Nest("map", 2_000) })),
    write(new OddMap(Array.from({ length: 1_000 }, (_, i) => [`k${i}`, 0]))),
    write(new OddMap([["__proto__", map({ channel: "topic/x", body: "x" })]])),
    write(map({ constructor: map({ prototype: map({ op: "publish" }) }) })),
    write(map({ channel: map({ toString: 1 }), body: map({ length: 1e9 }) })),
    // Without its end.
    write(new Nest("array", 12_000)).slice(0, 12_000),
  ];
  const paths = ["/publish", "/subscribe", "/read"];
  const shapes = contents.flatMap((content) => paths.map((path) => ({ path, content })));
  return {
    name: "objects as deep and as wide as a request can be, and names that JavaScript knows",
    // One a connection: what can't be read ends the connection that it came on.
    run: (target) =>
      onConnections(target, 10 * shapes.length, async (connection, index) => {
        const { path = "", content = "" } = shapes[index % shapes.length] ?? {};
        const headers = { authorization: authorizationOf(target, "mallory"), "content-type": mediaType };
        connection.send(rawRequest(`POST ${path}`, headers, content));
        await answered(connection, 1);
        if (!connection.text.startsWith("HTTP/1.1 4"))
          throw new Error(`${path} was answered ${connection.text.slice(0, 40)}`);
      }),
  };
}
