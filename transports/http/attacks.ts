import { setTimeout as sleep } from "node:timers/promises";
import type { Attack, Target } from "../attacks/attack.ts";
import { during, GRACE_MS, HANDSHAKE_MS, onMany } from "../attacks/common.ts";
import { openRaw, type RawConnection, rawRequest } from "./raw.ts";

/*
 * What can be tried against any transport over HTTP, on bare sockets: heads and contents without end, requests that two readers would
 * read in two ways, floods on one connection.
 */

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

/** Sends the beginning and then a piece every 50 ms; rejects unless the server closes the connection in time. */
function dripping(name: string, begin: (target: Target) => string, piece: string): Attack {
  return {
    name,
    run: (target) =>
      onConnections(target, 100, async (connection) => {
        connection.send(begin(target));
        await during(connection.closed(HANDSHAKE_MS + GRACE_MS), 50, () => connection.send(piece));
      }),
  };
}

function publishHead(target: Target): string {
  const authorization = authorizationOf(target, "mallory");
  return `POST /publish HTTP/1.1\r\nhost: x\r\nauthorization: ${authorization}\r\ncontent-type: application/json\r\n`;
}

function publishRequest(target: Target): string {
  const content = '{"channel":"topic/smuggled","body":"x"}';
  return rawRequest("POST /publish", { authorization: authorizationOf(target, "mallory") }, content);
}

/** Beginnings of a request after which one reader would see a second one where another does not. */
function smuggling(target: Target): readonly string[] {
  const head = publishHead(target);
  const second = publishRequest(target);
  return [
    `${head}content-length: 2\r\ncontent-length: 3\r\n\r\n{}${second}`,
    `${head}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n${second}`,
    `${head}transfer-encoding: chunked\r\ncontent-length: 2\r\n\r\n0\r\n\r\n${second}`,
    `${head}transfer-encoding: chunked, identity\r\n\r\n0\r\n\r\n${second}`,
    `${head}transfer-encoding: xchunked\r\n\r\n0\r\n\r\n${second}`,
    `${head}content-length : 2\r\n\r\n{}${second}`,
    `${head}content-length: +2\r\n\r\n{}${second}`,
    `${head}transfer-encoding: chunked\r\n\r\nzz\r\n\r\n${second}`,
    `${head}transfer-encoding: chunked\r\n\r\n2\r\n{}xx\r\n0\r\n\r\n${second}`,
    `${head}x-folded: a\r\n content-length: 2\r\n\r\n{}${second}`,
  ];
}

export const httpAttacks: readonly Attack[] = [
  dripping("heads that come in slowly, with a token that holds", publishHead, "x-slow: a\r\n"),
  dripping(
    "contents that come in slowly",
    (target) => `${publishHead(target)}content-length: 900\r\n\r\n`,
    " ",
  ),
  dripping(
    "chunks without end",
    (target) => `${publishHead(target)}transfer-encoding: chunked\r\n\r\n`,
    `200\r\n${" ".repeat(512)}\r\n`,
  ),
  dripping(
    "connections that show refused tokens again and again",
    () => "",
    rawRequest("POST /publish", { authorization: "Bearer forged" }, "{}"),
  ),
  dripping("connections that never show a token", () => "", rawRequest("GET /nowhere")),
  {
    name: "heads and targets beyond any length",
    run: (target) =>
      onConnections(target, 200, async (connection, index) => {
        const long = "a".repeat(200_000);
        connection.send(index % 2 === 0 ? rawRequest("GET /nowhere", { "x-long": long }) : `GET /${long}`);
        const text = await connection.closed();
        if (text !== "" && !text.startsWith("HTTP/1.1 4")) throw new Error(`answered ${text.slice(0, 40)}`);
      }),
  },
  {
    name: "requests within requests",
    run: async (target) => {
      const shapes = smuggling(target);
      await onConnections(target, 10 * shapes.length, async (connection, index) => {
        connection.send(shapes[index % shapes.length] ?? "");
        const text = await connection.closed();
        if (!/^HTTP\/1.1 4\d\d /.test(text) || text.split("HTTP/1.1 ").length > 2)
          throw new Error(`shape ${index % shapes.length} was answered ${text}`);
      });
    },
  },
  {
    name: "odd methods",
    run: (target) =>
      onConnections(target, 160, async (connection, index) => {
        const methods = ["HEAD", "OPTIONS", "TRACE", "PUT", "PATCH", "QUERY", "CONNECT", "get"];
        const paths = ["/events", "/poll?after=0", "/publish", "*", "//", "/%00", "/events/../publish"];
        const line = `${methods[index % methods.length]} ${paths[index % paths.length]}`;
        const authorization = authorizationOf(target, "mallory");
        connection.send(rawRequest(line, { authorization, connection: "close" }));
        const text = await connection.closed();
        if (text !== "" && !/^HTTP\/1.1 4\d\d /.test(text)) throw new Error(`${line} was answered ${text}`);
      }),
  },
  {
    name: "pipelined requests whose answers nobody reads",
    run: (target) =>
      onConnections(target, 50, async ({ socket, send }) => {
        socket.pause();
        send(publishRequest(target).repeat(3_000));
        await sleep(1_500);
      }),
  },
  {
    name: "guesses at sessions",
    run: (target) =>
      onConnections(target, 20, async (connection, lane) => {
        for (let tried = 1; tried <= 200; tried += 1) {
          const guess = Buffer.from(`${lane}-${tried}-sixteen-bytes`).toString("base64url").slice(0, 22);
          connection.send(
            rawRequest("POST /publish", { "x-session": guess }, '{"channel":"topic/x","body":"x"}'),
          );
          try {
            await answered(connection, tried);
          } catch (error) {
            // Who shows nothing that holds has the time of a handshake, however busy it is meanwhile.
            if (connection.socket.destroyed) break;
            throw error;
          }
        }
        if (/HTTP\/1.1 (?!410)/.test(connection.text))
          throw new Error("a guess was answered otherwise than with 410");
      }),
  },
  {
    name: "marking as read what nobody published, to erase another's replay",
    run: async (target) => {
      const victim = await openRaw(target.endpoint);
      const ann = authorizationOf(target, "ann");
      victim.send(
        rawRequest("POST /publish", { authorization: ann }, '{"channel":"user/absent","body":"x"}'),
      );
      await victim.receive('"seq":');
      victim.destroy();
      const mallory = authorizationOf(target, "mallory");
      await onConnections(target, 20, async (connection, lane) => {
        for (let sent = 0; sent < 550; sent += 50) {
          let batch = "";
          for (let i = sent; i < sent + 50; i += 1)
            batch += rawRequest(
              "POST /read",
              { authorization: mallory },
              JSON.stringify({ id: "x-1", channel: `topic/erase-${lane}-${i}` }),
            );
          connection.send(batch);
          await answered(connection, sent + 50);
        }
      });
    },
  },
  {
    name: "objects as deep and as wide as a request can be, and names that JavaScript knows",
    run: (target) => {
      const authorization = authorizationOf(target, "mallory");
      const contents = [
        `{"channel":${"[".repeat(6_000)}${"]".repeat(6_000)},"body":"x"}`,
        `{"channel":"topic/x","body":${'{"a":'.repeat(2_000)}1${"}".repeat(2_000)}}`,
        `{${Array.from({ length: 1_000 }, (_, i) => `"k${i}":0`).join(",")}}`,
        '{"__proto__":{"channel":"topic/x","body":"x"}}',
        '{"constructor":{"prototype":{"op":"publish"}}}',
        '{"channel":{"toString":1},"body":{"length":1e9}}',
        "[".repeat(12_000),
      ];
      const paths = ["/publish", "/subscribe", "/read"];
      const shapes = contents.flatMap((content) => paths.map((path) => ({ path, content })));
      // One a connection: what is no JSON ends the connection that it came on.
      return onConnections(target, 10 * shapes.length, async (connection, index) => {
        const { path = "", content = "" } = shapes[index % shapes.length] ?? {};
        connection.send(rawRequest(`POST ${path}`, { authorization }, content));
        await answered(connection, 1);
        if (!connection.text.startsWith("HTTP/1.1 4"))
          throw new Error(`${path} was answered ${connection.text.slice(0, 40)}`);
      });
    },
  },
];

/** Settles when so many answers came on the connection; rejects after 10 s. */
export async function answered(connection: RawConnection, count: number): Promise<void> {
  for (let waited = 0; waited < 10_000; waited += 5) {
    if (connection.text.split("HTTP/1.1 ").length - 1 >= count) return;
    if (connection.socket.destroyed) break;
    await sleep(5);
  }
  throw new Error(`${connection.text.split("HTTP/1.1 ").length - 1} of ${count} requests were answered`);
}

/** Publishes so many notifications of 1,000 characters to a topic, on one connection. */
export async function publishMany(target: Target, topic: string, count: number): Promise<void> {
  const connection = await openRaw(target.endpoint);
  const authorization = authorizationOf(target, "publisher");
  const content = JSON.stringify({ channel: `topic/${topic}`, body: "x".repeat(1_000) });
  try {
    for (let sent = 0; sent < count; sent += 50) {
      connection.send(rawRequest("POST /publish", { authorization }, content).repeat(50));
      await answered(connection, sent + 50);
    }
  } finally {
    connection.destroy();
  }
}
