import type { FromClients, ToClients } from "./messages.ts";
import { loadSubscribe } from "./subscribers.ts";

/** The clients of one transport in a process of their own, which does nothing but receive. */
let events = 0;

const say = (message: FromClients) => void process.send?.(message, undefined, {}, () => undefined);

process.on("message", async (message: ToClients) => {
  if (message.kind === "connect") {
    const subscribe = await loadSubscribe(message.client);
    const { url, token, channel, clients } = message;
    for (let index = 0; index < clients; index += 1)
      await subscribe(url, token, channel, () => {
        events += 1;
      });
    say({ kind: "connected" });
  } else {
    const { user, system } = process.cpuUsage();
    say({ kind: "used", cpuUs: user + system, events });
  }
});
process.once("disconnect", () => process.exit(0));
