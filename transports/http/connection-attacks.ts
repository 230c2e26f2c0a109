import { setTimeout as sleep } from "node:timers/promises";
import type { Attack, Target } from "../attacks/attack.ts";
import { during, GRACE_MS, HANDSHAKE_MS } from "../attacks/common.ts";
import { answered, authorizationOf, onConnections } from "./attacker.ts";
import { rawRequest } from "./raw.ts";

/*
 * What can be tried against any server of HTTP/1.1, on bare sockets: heads and contents without end, requests that two readers would
 * read in two ways, floods on one connection.
 */

/** A request that the server takes, but for what is done to it. */
export interface Posting {
  /** `POST /publish`. */
  readonly line: string;
  readonly mediaType: string;
  /** A character is a byte. */
  readonly content: string;
}

/** Node's own answer to what is no request. */
const PARSER_REFUSAL = "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n";

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

/** Beginnings of a request after which one reader would see a second one where another does not. */
function smuggling(head: string, second: string): readonly string[] {
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

/** Whatever the server is for. */
export function connectionAttacks({ line, mediaType, content }: Posting): readonly Attack[] {
  const fieldsOf = (target: Target) => ({
    authorization: authorizationOf(target, "mallory"),
    "content-type": mediaType,
  });
  const request = (target: Target) => rawRequest(line, fieldsOf(target), content);
  /** Without its end, and without a length. */
  const head = (target: Target) => rawRequest(line, fieldsOf(target)).slice(0, -2);
  return [
    dripping("heads that come in slowly, with a token that holds", head, "x-slow: a\r\n"),
    dripping("contents that come in slowly", (target) => `${head(target)}content-length: 900\r\n\r\n`, " "),
    dripping(
      "chunks without end",
      (target) => `${head(target)}transfer-encoding: chunked\r\n\r\n`,
      `200\r\n${" ".repeat(512)}\r\n`,
    ),
    dripping(
      "connections that show refused tokens again and again",
      () => "",
      rawRequest(line, { "content-type": mediaType, authorization: "Bearer forged" }, content),
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
        const shapes = smuggling(head(target), request(target));
        await onConnections(target, 10 * shapes.length, async (connection, index) => {
          connection.send(shapes[index % shapes.length] ?? "");
          const text = await connection.closed();
          // Who answers before the content has come may have the parser refuse what comes then.
          const answer = text === PARSER_REFUSAL ? text : text.replace(PARSER_REFUSAL, "");
          if (!/^HTTP\/1.1 4\d\d /.test(answer) || answer.split("HTTP/1.1 ").length > 2)
            throw new Error(`shape ${index % shapes.length} was answered ${text}`);
        });
      },
    },
    {
      name: "odd methods",
      run: (target) =>
        onConnections(target, 160, async (connection, index) => {
          const methods = ["HEAD", "OPTIONS", "TRACE", "PUT", "PATCH", "QUERY", "CONNECT", "get"];
          const [, own = "/"] = line.split(" ");
          const paths = ["/events", "/poll?after=0", own, "*", "//", "/%00", `/events/..${own}`];
          const odd = `${methods[index % methods.length]} ${paths[index % paths.length]}`;
          const authorization = authorizationOf(target, "mallory");
          connection.send(rawRequest(odd, { authorization, connection: "close" }));
          const text = await connection.closed();
          if (text !== "" && !/^HTTP\/1.1 4\d\d /.test(text)) throw new Error(`${odd} was answered ${text}`);
        }),
    },
    {
      name: "pipelined requests whose answers nobody reads",
      run: (target) =>
        onConnections(target, 50, async ({ socket, send }) => {
          socket.pause();
          send(request(target).repeat(3_000));
          await sleep(1_500);
        }),
    },
  ];
}

/** For a server whose requests name a session; `unknownSession` is in each answer to one that names none. */
export function sessionGuesses({ line, mediaType, content }: Posting, unknownSession: string): Attack {
  return {
    name: "guesses at sessions",
    run: (target) =>
      onConnections(target, 20, async (connection, lane) => {
        for (let tried = 1; tried <= 100; tried += 1) {
          const guess = Buffer.from(`${lane}-${tried}-sixteen-bytes`).toString("base64url").slice(0, 22);
          connection.send(rawRequest(line, { "content-type": mediaType, "x-session": guess }, content));
          try {
            await answered(connection, tried);
          } catch (error) {
            // Who shows nothing that holds has the time of a handshake, however busy it is meanwhile.
            if (connection.socket.destroyed) break;
            throw error;
          }
        }
        const { text } = connection;
        if (text.split("HTTP/1.1 ").length > text.split(unknownSession).length)
          throw new Error(`a guess was answered otherwise than with ${unknownSession}`);
      }),
  };
}
