import { setTimeout as sleep } from "node:timers/promises";
import type { Attack, Target } from "../../attacks/attack.ts";
import { answered, authorizationOf, inJson, onConnections, publishMany } from "../attacker.ts";
import { httpAttacks } from "../attacks.ts";
import { openRaw, type RawConnection, rawRequest } from "../raw.ts";

/** Attacks on streams that are asked for at `path` and begin with what holds `welcome`. */
export function attacksOnStreams(path: string, welcome: string): readonly Attack[] {
  const ask = (target: Target, connection: RawConnection, query: string, fields = {}, user = "mallory") => {
    const authorization = authorizationOf(target, user);
    connection.send(rawRequest(`GET ${path}?${query}`, { authorization, ...fields }));
  };
  return [
    ...httpAttacks(inJson),
    {
      name: "a channel named 900 times, with all that is kept of it",
      run: async (target) => {
        await publishMany(target, "a", 1_000);
        await onConnections(target, 20, async (connection) => {
          ask(target, connection, `after=x-0${"&channel=topic/a".repeat(900)}`);
          await connection.receive('"kind":"notification"');
          await sleep(500);
          if (connection.text.split('"kind":"notification"').length > 1_001)
            throw new Error("what was missed came more than once");
        });
      },
    },
    {
      name: "queries that are refused: too many channels, cursors with line breaks, names without number",
      run: (target) =>
        onConnections(target, 60, async (connection, index) => {
          const queries = [
            Array.from({ length: 200 }, (_, i) => `channel=topic/${i}`).join("&"),
            "after=x%0Adata:injected&channel=topic/a",
            "after=x%0D%0A%0D%0Adata:injected",
            `after=${"z".repeat(8_000)}&channel=topic/a`,
            `${"after=x-1&".repeat(1_000)}channel=topic/a`,
            `channel=topic/a&${Array.from({ length: 1_500 }, (_, i) => `n${i}`).join("&")}&channel=user/ann`,
            "channel=topic/a&channel[]=x&channel[__proto__]=y&__proto__=z&after[]=1&channel=%00",
          ];
          ask(target, connection, queries[index % queries.length] ?? "", { connection: "close" });
          const text = await connection.closed();
          if (!/^HTTP\/1.1 4\d\d /.test(text) || text.includes("injected"))
            throw new Error(`query ${index % queries.length} was answered ${text.slice(0, 200)}`);
        }),
    },
    {
      name: "streams that nobody reads, with traffic and all that was missed",
      run: async (target) => {
        await publishMany(target, "stalled", 500);
        await onConnections(target, 30, async (connection, index) => {
          ask(target, connection, "channel=topic/stalled&after=x-0", {}, `idler-${index % 3}`);
          connection.socket.pause();
          await sleep(200);
          if (index === 0) await publishMany(target, "stalled", 2_000);
          else await sleep(2_500);
        });
      },
    },
    {
      name: "signs of life without number, on a stream that nobody reads",
      run: (target) =>
        onConnections(target, 5, async (connection) => {
          ask(target, connection, "alive=1");
          await connection.receive(welcome);
          const [, session = ""] = /"session":"([^"]+)"/.exec(connection.text) ?? [];
          connection.socket.pause();
          const asking = await openRaw(target.endpoint);
          for (let sent = 0; sent < 600; sent += 50) {
            asking.send(rawRequest("POST /alive", { "x-session": session }).repeat(50));
            await answered(asking, sent + 50);
          }
          asking.destroy();
        }),
    },
    {
      name: "subscribing again and again from a cursor, on a stream that nobody reads",
      run: async (target) => {
        await publishMany(target, "again", 1_000);
        await onConnections(target, 5, async (connection) => {
          ask(target, connection, "");
          await connection.receive(welcome);
          const [, session = ""] = /"session":"([^"]+)"/.exec(connection.text) ?? [];
          connection.socket.pause();
          const asking = await openRaw(target.endpoint);
          const content = '{"channel":"topic/again","after":"x-0"}';
          for (let sent = 0; sent < 600 && !connection.socket.destroyed; sent += 50) {
            asking.send(rawRequest("POST /subscribe", { "x-session": session }, content).repeat(50));
            await answered(asking, sent + 50);
          }
          asking.destroy();
        });
      },
    },
    {
      name: "requests behind a stream on its connection, and bytes that are none",
      run: (target) =>
        onConnections(target, 50, async (connection, index) => {
          ask(target, connection, "channel=topic/x", {}, `piper-${index % 2}`);
          await connection.receive(welcome);
          connection.send(index % 2 === 0 ? rawRequest("GET /nowhere").repeat(2_000) : "nonsense\r\n\r\n");
          const text = await connection.closed();
          if (text.split("HTTP/1.1 ").length > 2) throw new Error("an answer was written into a stream");
        }),
    },
    {
      name: "streams whose tokens run out",
      patient: true,
      run: (target) =>
        onConnections(target, 20, async (connection) => {
          const authorization = `Bearer ${target.token("brief", 1_000)}`;
          connection.send(rawRequest(`GET ${path}?channel=topic/x&alive=1`, { authorization }));
          await connection.receive('"code":"unauthenticated"');
          await connection.closed();
        }),
    },
  ];
}
