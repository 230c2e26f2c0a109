import { LabError } from "../../core/errors.ts";
import { sampleProcess } from "../measurement/process-sample.ts";
import { answerRequests } from "./answering.ts";
import type { LoadReply, LoadRequest } from "./messages.ts";
import { connectUsers, type Population } from "./population.ts";
import { Traffic } from "./traffic.ts";

/** A process of publishers and subscribers. It does what the plan says and keeps the account; it judges nothing. */
let population: Population | undefined;
let traffic: Traffic | undefined;

async function handle(request: LoadRequest): Promise<LoadReply> {
  if (request.kind === "connect") {
    traffic = new Traffic(request.assignment);
    population = await connectUsers(request.assignment, traffic.recorder);
    return { kind: "connected", seconds: population.seconds, connections: population.clients.size };
  }
  if (!population || !traffic)
    throw new LabError("internal", `asked to ${request.kind} before it was connected`);
  switch (request.kind) {
    case "start":
      traffic.start(request.epochUs, population.clients);
      return { kind: "started" };
    case "sample":
      return { kind: "sampled", sample: sampleProcess() };
    case "count":
      return { kind: "counted", counted: traffic.count() };
    case "finish": {
      const report = traffic.finish(population.reconnects);
      await population.close();
      return { kind: "finished", report };
    }
  }
}

answerRequests(handle, async () => {
  traffic?.stop();
  await population?.close();
});
