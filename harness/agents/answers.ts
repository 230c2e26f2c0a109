import type { LoadReply, LoadRequest, ServerReply, ServerRequest } from "../processes/messages.ts";

/** The kind of the reply to each request. */
export const loadAnswers: Readonly<Record<LoadRequest["kind"], LoadReply["kind"]>> = {
  prepare: "prepared",
  connect: "connected",
  start: "started",
  halt: "halted",
  sample: "sampled",
  count: "counted",
  take: "taken",
  window: "window",
  schedule: "scheduled",
  collect: "collected",
  clock: "clocked",
  finish: "finished",
};

export const serverAnswers: Readonly<Record<ServerRequest["kind"], ServerReply["kind"]>> = {
  serve: "serving",
  settle: "settled",
  sample: "sampled",
  restart: "restarted",
  watch: "watching",
  watched: "timeline",
  users: "users",
  trace: "traced",
  scrape: "scraped",
  schedule: "scheduled",
  collect: "collected",
  clock: "clocked",
  stop: "stopped",
};
