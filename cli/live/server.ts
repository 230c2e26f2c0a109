import { randomBytes, timingSafeEqual } from "node:crypto";
import { LabError } from "../../core/errors.ts";
import { Hub } from "../../core/hub.ts";
import type { Progress } from "../../harness/run/run.ts";
import { betterSse } from "../../transports/sse/better-sse.ts";
import { serve } from "../../transports/sse/server.ts";
import { liveProgress, liveTrial, newState, stateAfter } from "./feed.ts";
import type { LiveEnd, LiveEvent, LiveState } from "./messages.ts";
import { livePage } from "./page.ts";
import { refusal } from "./refusal.ts";

/** A page that shows a run as it goes, served by the process that orchestrates it. */
export interface LiveView {
  /** With the token that lets in. */
  readonly url: string;
  update(progress: Progress): void;
  /** Tells the pages how it ended and lets those that are open fetch the report; nothing listens any more when it settles. */
  finish(end: LiveEnd, reportHtml: string): Promise<void>;
  close(): Promise<void>;
}

const CHANNEL = "topic/live";
/** What a page that stopped reading may leave unread before it is cut off, in bytes. */
const MAX_BUFFERED = 256 * 1024;
/** Between two events about the progress, in milliseconds. */
const PACE_MS = 500;
const HEADERS = {
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  // The report, which a page opens from memory, inherits this and brings a stricter policy of its own.
  "content-security-policy":
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; connect-src 'self'; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
};

/**
 * Serves on 127.0.0.1, at any free port and under a path that can't be guessed, with the lab's own SSE server and a hub of its own:
 * what happens is published to `topic/live`. Between two trials' events this process does nothing for it but a ping every ten seconds.
 * `goodbyeMs`: how long the end waits for open pages to fetch the report.
 */
export async function startLiveView(
  command: string,
  transports: readonly string[],
  goodbyeMs = 3_000,
): Promise<LiveView> {
  const token = randomBytes(24).toString("base64url");
  const isToken = (text: string) =>
    text.length === token.length && timingSafeEqual(Buffer.from(text), Buffer.from(token));
  const hub = new Hub({
    clock: Date.now,
    epoch: randomBytes(4).toString("hex"),
    authenticate: (given) => {
      if (!isToken(given)) throw new LabError("unauthenticated", "open the address that bench printed");
      return { user: "page", expiresAt: Number.POSITIVE_INFINITY };
    },
    publishesPerMinute: Number.POSITIVE_INFINITY,
    maxBodyCharacters: 20_000,
  });
  const publisher = hub
    .attach<undefined>(
      () => undefined,
      () => undefined,
    )
    .connect({ user: "bench", expiresAt: Number.POSITIVE_INFINITY }, undefined);
  let state: LiveState = newState(command, transports);
  let report = "";
  let fetched: (() => void) | undefined;

  const server = await serve(hub, { maxBufferedBytes: MAX_BUFFERED }, betterSse, (app, connections) => {
    app.addHook("onRequest", async (request, reply) => {
      const { method, url, headers } = request;
      const refused = refusal({ method, url, host: headers.host, port: request.socket.localPort }, isToken);
      if (refused) return reply.code(refused.status).headers(HEADERS).send(refused.text);
      connections.trust(request.socket);
      return undefined;
    });
    app.get("/:token/", (_, reply) => reply.headers(HEADERS).type("text/html").send(livePage()));
    app.get("/:token/state", (_, reply) => reply.headers(HEADERS).send(state));
    app.get("/:token/report", (_, reply) => {
      reply.raw.once("finish", () => fetched?.());
      return reply.headers(HEADERS).type("text/html").send(report);
    });
  });

  const publish = (event: LiveEvent) => {
    state = stateAfter(state, event);
    hub.publish(publisher, CHANNEL, JSON.stringify(event));
  };
  let number = 0;
  let waiting: Progress | undefined;
  let timer: NodeJS.Timeout | undefined;
  const tellProgress = () => {
    timer = undefined;
    if (!waiting) return;
    publish({ kind: "progress", progress: liveProgress(waiting) });
    waiting = undefined;
    timer = setTimeout(tellProgress, PACE_MS).unref();
  };
  const close = () => {
    clearTimeout(timer);
    return server.close();
  };
  return {
    url: `${server.endpoint.url}/${token}/`,
    update: (progress) => {
      if (progress.trial) {
        publish({ kind: "trial", number, trial: liveTrial(progress.trial) });
        number += 1;
      }
      waiting = progress;
      if (!timer) tellProgress();
    },
    finish: async (end, reportHtml) => {
      report = reportHtml;
      // The publisher is a session as well.
      let pages = hub.counters.sessions - 1;
      const allFetched = new Promise<void>((done) => {
        fetched = () => {
          pages -= 1;
          if (pages <= 0) done();
        };
        setTimeout(done, goodbyeMs).unref();
      });
      publish({ kind: "end", end });
      if (pages > 0) await allFetched;
      await close();
    },
    close,
  };
}
