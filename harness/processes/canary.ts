import { LabError } from "../../core/errors.ts";
import { Canary } from "../browser/canary.ts";
import type { CanaryReply, CanaryRequest } from "../browser/messages.ts";
import { answerRequests } from "./answering.ts";

/** The process that has the browser; it and all that it started end with the orchestrator, as any process of the lab. */
let opening: Promise<Canary> | undefined;

async function handle(request: CanaryRequest): Promise<CanaryReply> {
  if (request.kind === "open") {
    opening ??= Canary.open(request.browser);
    const { product, origin } = await opening;
    return { kind: "opened", product, origin };
  }
  const canary = await opening;
  if (!canary) throw new LabError("internal", `asked to ${request.kind} before there was a browser`);
  switch (request.kind) {
    case "join":
      await canary.join(request);
      return { kind: "joined" };
    case "listen":
      return { kind: "heard", figures: await canary.listen() };
    case "leave":
      await canary.leave();
      return { kind: "left" };
  }
}

answerRequests(handle, async () => (await opening?.catch(() => undefined))?.close());
