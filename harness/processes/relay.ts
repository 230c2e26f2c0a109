import { LabError } from "../../core/errors.ts";
import { type Relay, startRelay } from "../relay/relay.ts";
import { answerRequests } from "./answering.ts";
import type { LinkFault, RelayReply, RelayRequest } from "./relay-messages.ts";

/** The process between clients and server, where a plan has a link or link faults. */
let relay: Relay | undefined;

async function handle(request: RelayRequest): Promise<RelayReply> {
  if (request.kind === "relay") {
    relay = await startRelay(request);
    return { kind: "relaying", port: relay.port };
  }
  if (!relay) throw new LabError("internal", `asked for a ${request.kind} before it relayed`);
  if (request.kind === "sample") return { kind: "sampled", sample: relay.sample() };
  apply(relay, request.fault);
  return { kind: "done" };
}

function apply(to: Relay, fault: LinkFault): void {
  const acts: Readonly<Record<LinkFault, () => void>> = {
    cut: () => to.cut(),
    "heal-keep": () => to.heal({ keep: true }),
    "heal-reset": () => to.heal({ keep: false }),
    stall: () => to.stall(),
    unstall: () => to.unstall(),
    reset: () => to.reset(),
  };
  acts[fault]();
}

answerRequests(handle, async () => {
  await relay?.close();
});
