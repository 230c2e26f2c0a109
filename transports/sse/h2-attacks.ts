import { type ClientHttp2Session, type ClientHttp2Stream, connect } from "node:http2";
import { setTimeout as sleep } from "node:timers/promises";
import type { Attack, Target } from "../attacks/attack.ts";

/** What HTTP/2 adds to what a client of event streams may try: many streams on a connection. */
export const h2Attacks: readonly Attack[] = [
  {
    name: "a hundred event streams on each of some connections, and as many again",
    patient: true,
    run: async (target) => {
      let stand = 0;
      await onSessions(target, 5, async (session) => {
        for (let asked = 0; asked < 200; asked += 1)
          openEvents(session, target, "mallory").once("response", ({ ":status": status }) => {
            if (status === 200) stand += 1;
          });
        await sleep(2_000);
      });
      if (stand === 0 || stand > 50) throw new Error(`${stand} sessions of one user were opened`);
    },
  },
  {
    name: "event streams that are reset as soon as they are asked for",
    run: (target) =>
      onSessions(target, 10, async (session) => {
        for (let batch = 0; batch < 40 && !session.destroyed; batch += 1) {
          for (let asked = 0; asked < 50 && !session.destroyed; asked += 1)
            openEvents(session, target, "mallory").close(8);
          await sleep(20);
        }
      }),
  },
  {
    name: "requests whose content never ends, on many streams of a connection",
    patient: true,
    run: (target) =>
      onSessions(target, 10, async (session) => {
        for (let asked = 0; asked < 90; asked += 1) {
          const stream = ask(session, {
            ":method": "POST",
            ":path": "/publish",
            "content-type": "application/json",
          });
          stream.write('{"channel":"topic/x","body":"');
        }
        await sleep(2_000);
      }),
  },
];

function openEvents(session: ClientHttp2Session, target: Target, user: string): ClientHttp2Stream {
  return ask(session, { ":path": "/events?channel=topic/x", authorization: `Bearer ${target.token(user)}` });
}

function ask(session: ClientHttp2Session, fields: Record<string, string>): ClientHttp2Stream {
  const stream = session.request(fields, { endStream: fields[":method"] === undefined });
  stream.on("error", () => undefined);
  stream.resume();
  return stream;
}

async function onSessions(
  { endpoint }: Target,
  count: number,
  attack: (session: ClientHttp2Session) => Promise<void>,
): Promise<void> {
  const url = endpoint.url.replace(/^h2:/, "http:");
  const sessions = Array.from({ length: count }, () => connect(url));
  for (const session of sessions) session.on("error", () => undefined);
  try {
    await Promise.all(sessions.map(attack));
  } finally {
    for (const session of sessions) session.destroy();
  }
}
