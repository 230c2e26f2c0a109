import { jwtIssuer } from "../../transports/session/jwt.ts";
import { loadBare } from "../bare/registry.ts";
import { sendTo, type ToSubscribers } from "./messages.ts";

/** Connects the bare subscribers to one server and reports each time that a broadcast has reached them all. */
let received = 0;

process.on("message", async ({ transport, url, secret, channel, subscribers }: ToSubscribers) => {
  const bare = await loadBare(transport);
  const issue = jwtIssuer(secret);
  const onMessage = () => {
    received += 1;
    if (received % subscribers === 0) sendTo(process, { kind: "round" });
  };
  for (let connected = 0; connected < subscribers; connected += 25) {
    const batch = Math.min(25, subscribers - connected);
    await Promise.all(
      Array.from({ length: batch }, (_, index) =>
        bare.subscribe(url, issue(`s${connected + index}`), channel, onMessage),
      ),
    );
  }
  sendTo(process, { kind: "ready" });
});
process.once("disconnect", () => process.exit(0));
