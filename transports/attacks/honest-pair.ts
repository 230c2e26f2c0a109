import type { Endpoint, Transport } from "../port/transport.ts";

/** How an honest pair of users fared. */
export interface Honest {
  readonly sent: number;
  readonly lost: number;
  readonly p99Ms: number;
  /** Why one of them was cut off, if one was. */
  readonly ended: string | undefined;
}

const PAUSE_MS = 20;
/** An attack may be over before the pair has spoken: some is said behind it in any case. */
const LEAST_SENT = 5;
const DRAIN_MS = 5_000;
/** Who polls waits for the next poll, which is no attack's fault: the pair polls so often that it does not count. */
const POLL_EVERY_MS = 50;

/** Two users that write to each other beside an attack: one publishes to the other, every 20 ms, with an answer or without. */
export async function startPair(transport: Transport, endpoint: Endpoint, token: (user: string) => string) {
  const connect = (user: string) =>
    transport.connect(endpoint, {
      token: token(user),
      reconnect: { attempts: 0, delayMs: 0, jitter: 0 },
      pollEveryMs: POLL_EVERY_MS,
    });
  const [ann, bob] = await Promise.all([connect("honest-ann"), connect("honest-bob")]);
  let ended: string | undefined;
  let leaving = false;
  for (const client of [ann, bob])
    void client.closed.then(({ code, message }) => {
      if (!leaving) ended ??= `${code}: ${message}`;
    });
  const sentAt = new Map<string, number>();
  const latencies: number[] = [];
  await bob.subscribe("user/honest-bob", (event) => {
    if (event.kind !== "notification") return;
    const began = sentAt.get(event.body);
    if (began === undefined) return;
    sentAt.delete(event.body);
    latencies.push(performance.now() - began);
  });
  let sent = 0;
  const timer = setInterval(() => {
    sent += 1;
    const body = `note ${sent}`;
    sentAt.set(body, performance.now());
    ann.publish({ channel: "user/honest-bob", body }).catch((error: unknown) => {
      if (!leaving) ended ??= String(error);
    });
  }, PAUSE_MS);
  return {
    stop: async (): Promise<Honest> => {
      while (sent < LEAST_SENT) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      clearInterval(timer);
      const deadline = performance.now() + DRAIN_MS;
      while (sentAt.size > 0 && performance.now() < deadline)
        await new Promise((resolve) => setTimeout(resolve, 10));
      leaving = true;
      await Promise.all([ann.close(), bob.close()]);
      latencies.sort((a, b) => a - b);
      const p99Ms = latencies[Math.floor(latencies.length * 0.99)] ?? Number.NaN;
      return { sent, lost: sentAt.size, p99Ms, ended };
    },
  };
}
