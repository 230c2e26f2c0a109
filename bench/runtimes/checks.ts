import { LabError } from "../../core/errors.ts";
import type { HubEvent } from "../../core/notification.ts";
import { openRaw } from "../../transports/http/raw.ts";
import type { Endpoint, Transport, TransportClient } from "../../transports/port/transport.ts";

/** The transport's client in this process against a server in another one, of which nothing else is known. */
interface Stage {
  readonly transport: Transport;
  readonly endpoint: Endpoint;
  issue(user: string, expiresInMs?: number): string;
}

const WITHIN_MS = 5_000;
/** The server was told to end a connection on which nobody is let in after so long. */
export const HANDSHAKE_SECONDS = 2;
const BRIEF_MS = 2_000;
/** When the library of such a transport does. */
const UNSEEN_MS = 20_000;
const QUIET = { reconnect: { attempts: 0, delayMs: 0, jitter: 0 }, pollEveryMs: 50 };
/** What JSON escapes, and characters of two, three and four bytes. */
const BODIES = Array.from({ length: 50 }, (_, index) => `${index} "déjà vu"\n ☃ 🚀`);

/** What the conformance suite finds out with the hub in reach, as far as it shows from outside. Rejects with what is wrong. */
export async function checkFromOutside({ transport, endpoint, issue }: Stage): Promise<void> {
  const clients: TransportClient[] = [];
  const connect = async (user: string, token = issue(user)) => {
    const client = await within(`connect ${user}`, transport.connect(endpoint, { ...QUIET, token }));
    clients.push(client);
    return client;
  };
  try {
    await refused("a forged token", connect("eve", "nonsense"), ["unauthenticated"]);
    const [ann, bob, cid] = [await connect("ann"), await connect("bob"), await connect("cid")];
    await refused(
      "another's channel",
      ann.subscribe("user/bob", () => undefined),
      ["forbidden"],
    );
    const inboxes = [inbox(), inbox()] as const;
    const followed = await bob.subscribe("topic/news", inboxes[0].onEvent);
    await cid.subscribe("topic/news", inboxes[1].onEvent);
    for (const body of BODIES) await within("publish", ann.publish({ channel: "topic/news", body }));
    for (const { events, has } of inboxes) {
      await has(BODIES.length);
      const bodies = events.map((event) => (event.kind === "notification" ? event.body : ""));
      if (bodies.join() !== BODIES.join()) throw new Error("bodies were changed, or came out of order");
    }
    const receipts = inbox();
    await ann.subscribe("user/ann", receipts.onEvent);
    await within("markRead", bob.markRead(inboxes[0].events[0]?.id ?? ""));
    await receipts.has(1);
    if (receipts.events[0]?.kind !== "receipt") throw new Error("no receipt came");
    if (transport.supports.resume) {
      const missed = inbox();
      await (await connect("dan")).subscribe("topic/news", missed.onEvent, followed.cursor);
      await missed.has(BODIES.length);
    }
    await Promise.all([endsSilence({ transport, endpoint }), endsWithToken(connect, issue)]);
    await bob.close();
    await within("publish", ann.publish({ channel: "topic/news", body: "still here" }));
    await inboxes[1].has(BODIES.length + 1);
  } finally {
    await Promise.all(clients.map((client) => client.close()));
  }
}

async function endsSilence({ transport, endpoint }: Pick<Stage, "transport" | "endpoint">): Promise<void> {
  const silent = await openRaw(endpoint);
  await silent.closed(transport.supports.unseenUntilAsking ? UNSEEN_MS : WITHIN_MS).catch(() => {
    throw new Error("a connection that says nothing is not ended");
  });
}

async function endsWithToken(
  connect: (user: string, token: string) => Promise<TransportClient>,
  issue: Stage["issue"],
): Promise<void> {
  const brief = await connect("brief", issue("brief", BRIEF_MS));
  const { code } = await within("the end of a token's time", brief.closed);
  if (code !== "unauthenticated" && code !== "closed") throw new Error(`a token's end is told as ${code}`);
}

function inbox() {
  const events: HubEvent[] = [];
  let more: () => void = () => undefined;
  return {
    events,
    onEvent: (event: HubEvent) => {
      events.push(event);
      more();
    },
    has: (count: number) =>
      within(
        `${count} events`,
        new Promise<void>((resolve) => {
          more = () => {
            if (events.length >= count) resolve();
          };
          more();
        }),
      ),
  };
}

async function refused(what: string, attempt: Promise<unknown>, codes: readonly string[]): Promise<void> {
  const code = await attempt.then(
    () => "let in",
    (error: unknown) => LabError.from(error).code,
  );
  if (!codes.includes(code)) throw new Error(`${what}: ${code} in place of ${codes.join(" or ")}`);
}

function within<T>(what: string, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not within ${WITHIN_MS / 1_000} s: ${what}`)), WITHIN_MS);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
