import { LabError } from "../../core/errors.ts";
import type { Direction } from "../../transports/dissect/dissector.ts";
import type { TransportEntry } from "../../transports/port/entry.ts";
import type { TransportClient } from "../../transports/port/transport.ts";
import type { Mark } from "../breakdown/site.ts";
import type { Journey, JourneySegment, Step } from "../result/schema/journey.ts";
import { type Stepped, segmentsOf } from "./segments.ts";
import { type ClientName, openStage, type Stage, USERS } from "./stage.ts";

const PATIENCE_MS = 10_000;

/**
 * Records one notification's journey on the transport, in this process: two clients connect and follow their own channels, A publishes to
 * B's, B marks it as read, A gets the receipt. Rejects with `unsupported` for a transport without a network, `malformed` for bytes that
 * are not the transport's, `internal` when the parts don't add up to what was counted, and with the signal's reason when aborted.
 */
export async function recordJourney(
  transport: TransportEntry,
  body: string,
  signal: AbortSignal,
): Promise<Journey> {
  signal.throwIfAborted();
  const [dissect, naming] = await Promise.all([transport.dissector?.(), transport.naming?.()]);
  if (!dissect) throw new LabError("unsupported", `${transport.name} puts no bytes on a network`);
  const stage = await openStage(transport, body.length);
  try {
    const { steps, end } = await play(stage, body, signal);
    const recorded = (["a", "b"] as const).flatMap((client) => {
      const chunks = stage
        .recording(client)
        .map((chunk, index): Stepped => ({ ...chunk, step: stepAt(steps, client, index) }));
      return segmentsOf(
        { client, token: stage.tokens[client], chunks },
        { dissect, naming },
        (text) => text === body,
      );
    });
    recorded.sort((one, other) => one.atMs - other.atMs);
    const began = recorded[0]?.atMs ?? 0;
    const segments = recorded.map(
      ({ atMs, ...segment }): JourneySegment => ({ ...segment, atUs: Math.round((atMs - began) * 1_000) }),
    );
    const count = (direction: Direction) => counted(segments, end, direction);
    return { transport: transport.name, body, segments, checked: { in: count("in"), out: count("out") } };
  } finally {
    await stage.close();
  }
}

/** How much either client's recording held when a step was over. */
interface Ended {
  readonly step: Step;
  readonly chunks: Readonly<Record<ClientName, number>>;
}

async function play(stage: Stage, body: string, signal: AbortSignal): Promise<{ steps: Ended[]; end: Mark }> {
  const steps: Ended[] = [];
  let end: Mark | undefined;
  const step = async <T>(name: Step, act: () => Promise<T>): Promise<T> => {
    signal.throwIfAborted();
    const result = await act();
    end = await stage.quiet();
    steps.push({
      step: name,
      chunks: { a: stage.recording("a").length, b: stage.recording("b").length },
    });
    return result;
  };
  const delivered = expected<string>("the notification");
  const receipt = expected<void>("the receipt");
  const a = await step("a-connects", () => stage.connect("a"));
  const b = await step("b-connects", () => stage.connect("b"));
  await step("a-follows", () =>
    a.subscribe(`user/${USERS.a}`, (event) => event.kind === "receipt" && receipt.came()),
  );
  await step("b-follows", () =>
    b.subscribe(`user/${USERS.b}`, (event) => event.kind === "notification" && delivered.came(event.id)),
  );
  const id = await step("publish", async () => {
    await a.publish({ channel: `user/${USERS.b}`, body });
    return delivered.wait();
  });
  await step("read", async () => {
    await b.markRead(id);
    await receipt.wait();
  });
  await step("close", () => closeBoth(a, b));
  if (!end) throw new LabError("internal", "nothing was recorded");
  return { steps, end };
}

async function closeBoth(a: TransportClient, b: TransportClient): Promise<void> {
  await a.close();
  await b.close();
}

interface Expected<T> {
  came(value: T): void;
  /** Rejects with `timeout` when it has not come in 10 s. */
  wait(): Promise<T>;
}

function expected<T>(what: string): Expected<T> {
  let came: (value: T) => void = () => undefined;
  const coming = new Promise<T>((resolve) => {
    came = resolve;
  });
  return {
    came: (value) => came(value),
    wait: async () => {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<never>((_, reject) => {
        const error = new LabError("timeout", `${what} did not come within ${PATIENCE_MS / 1_000} s`);
        timer = setTimeout(() => reject(error), PATIENCE_MS);
      });
      return Promise.race([coming, late]).finally(() => clearTimeout(timer));
    },
  };
}

function stepAt(steps: readonly Ended[], client: ClientName, index: number): Step {
  return steps.find(({ chunks }) => index < chunks[client])?.step ?? "close";
}

function counted(
  segments: readonly JourneySegment[],
  { relay, meter }: Mark,
  direction: Direction,
): Journey["checked"]["in"] {
  const partsBytes = segments
    .filter((one) => one.direction === direction)
    .flatMap(({ spans }) => spans)
    .reduce((sum, [, length]) => sum + length, 0);
  const counts = { partsBytes, relayBytes: relay[direction], meterBytes: meter[direction] };
  if (partsBytes === counts.relayBytes && partsBytes === counts.meterBytes) return counts;
  throw new LabError(
    "internal",
    `the bytes of the journey don't add up (${direction}): ${partsBytes} in parts, ${counts.relayBytes} at the relays, ` +
      `${counts.meterBytes} at the server's sockets`,
  );
}
