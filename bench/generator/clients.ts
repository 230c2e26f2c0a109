import { Recorder } from "../../harness/measurement/recorder.ts";
import { findTransport } from "../../transports/registry.ts";
import { jwtIssuer } from "../../transports/session/jwt.ts";
import { loadBare } from "../bare/registry.ts";
import type { FromClients, ToClients } from "./messages.ts";

/** The subscribers of one side: the lab's own clients with everything recorded, or bare ones that count. */
let received = 0;
let expected = 0;
let before = process.cpuUsage();

const say = (message: FromClients) => void process.send?.(message, undefined, {}, () => undefined);

function onMessage(): void {
  received += 1;
  if (received % expected === 0) say({ kind: "round" });
}

async function connectAll(message: Extract<ToClients, { kind: "connect" }>): Promise<void> {
  const { transport, url, secret, channel, subscribers } = message;
  expected = subscribers;
  const issue = jwtIssuer(secret);
  const recorder = new Recorder(subscribers, 1_000_000, 60, 1);
  const entry = findTransport(transport);
  const bare = await loadBare(transport);
  if (!entry) throw new Error(`no transport ${transport}`);
  for (let index = 0; index < subscribers; index += 1) {
    const id = `${message.side}-${index}`;
    if (message.side === "bare") {
      await bare.subscribe(url, issue(id), channel, onMessage);
      continue;
    }
    const client = await entry.connect({ url }, { token: issue(id) });
    const record = recorder.subscriber(
      { index, id, channels: [channel], marksRead: false, relayed: false, apart: false },
      client,
    );
    await client.subscribe(channel, (event) => {
      record(event);
      onMessage();
    });
  }
}

process.on("message", async (message: ToClients) => {
  if (message.kind === "connect") {
    await connectAll(message);
    say({ kind: "connected" });
  } else if (message.kind === "begin") before = process.cpuUsage();
  else {
    const { user, system } = process.cpuUsage(before);
    globalThis.gc?.();
    say({ kind: "ended", cpuUs: user + system, heapBytes: process.memoryUsage().heapUsed });
  }
});
process.once("disconnect", () => process.exit(0));
