import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { describe, expect, test } from "vitest";
import type { Segment } from "../../transports/dissect/dissector.ts";
import { installedHere, transports } from "../../transports/registry.ts";
import { dissect } from "../../transports/tcp/dissect.ts";
import { tcp } from "../../transports/tcp/transport.ts";
import { type Journey, type JourneySegment, journeySchema, STEPS } from "../result/schema/journey.ts";
import { capped } from "./cap.ts";
import { recordJourney } from "./record.ts";

const signal = new AbortController().signal;
/** With what JSON escapes, and with characters of two, three and four bytes. */
const BODY = 'Déploy "fini"\n\\ ☃ 🚀';
const networked = [...transports, ...(await installedHere())].filter(({ supports }) => supports.network);

/** What the bytes say once a WebSocket client's mask is off. */
function clear({ bytes, masks = [] }: JourneySegment): Buffer {
  const result = Buffer.from(bytes, "base64");
  for (const [start, length, key] of masks)
    for (let index = 0; index < length; index += 1)
      result.writeUInt8(
        result.readUInt8(start + index) ^ Buffer.from(key, "hex").readUInt8(index % 4),
        start + index,
      );
  return result;
}

const has = ({ spans }: JourneySegment, part: string) => spans.some(([, , one]) => one === part);

describe.each(networked)("journey on $name", (transport) => {
  test("every byte is told, the body is the body, and no token is kept", {
    tags: transport.name.includes(":") ? ["full"] : [],
  }, async () => {
    const journey = journeySchema.parse(await recordJourney(transport, BODY, signal));
    assertAddsUp(journey);
    assertBodies(journey);
    assertNoToken(journey);
    expect(new Set(journey.segments.map(({ step }) => step))).toContain("read");
    const times = journey.segments.map(({ atUs }) => atUs);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    for (const client of ["a", "b"] as const)
      expect(journey.segments.find((one) => one.client === client)).toMatchObject({
        step: `${client}-connects`,
        direction: "in",
        connection: 0,
      });
    const named = journey.segments.filter(({ units }) => units.length > 0);
    expect(named).toHaveLength(journey.segments.length);
  });
});

function assertAddsUp({ segments, checked }: Journey): void {
  for (const direction of ["in", "out"] as const) {
    const own = segments.filter((one) => one.direction === direction);
    const kept = own.reduce((sum, { bytes }) => sum + Buffer.from(bytes, "base64").length, 0);
    const covered = own.flatMap(({ spans }) => spans).reduce((sum, [, length]) => sum + length, 0);
    expect({ kept, told: covered }).toEqual({ kept: covered, told: checked[direction].partsBytes });
    expect(checked[direction]).toEqual({ partsBytes: covered, relayBytes: covered, meterBytes: covered });
  }
}

function assertBodies({ transport, segments }: Journey): void {
  const carrying = segments.filter((one) => has(one, "body"));
  if (transport === "websocket:deflate") {
    expect(carrying).toEqual([]);
    expect(segments.filter((one) => one.step === "publish" && has(one, "compressed"))).toHaveLength(3);
    return;
  }
  expect(carrying.map(({ step, client, direction }) => `${step} ${client} ${direction}`).toSorted()).toEqual([
    "publish a in",
    "publish b out",
  ]);
  for (const segment of carrying) {
    const bodies = segment.spans.filter(([, , part]) => part === "body");
    const text = bodies
      .map(([start, length]) => clear(segment).toString("utf8", start, start + length))
      .join("");
    // As JSON.stringify() escapes it on the transports of JSON, as it is in protobuf.
    expect(text === BODY || JSON.parse(`"${text}"`) === BODY).toBe(true);
  }
}

function assertNoToken({ segments }: Journey): void {
  for (const client of ["a", "b"] as const) {
    const own = segments.filter((one) => one.client === client);
    expect(own.some(({ secrets }) => secrets && secrets.length > 0)).toBe(true);
    for (const segment of own) {
      const bytes = clear(segment);
      expect(bytes.toString("latin1")).not.toMatch(/eyJ[\w-]+\.[\w-]+/);
      for (const [start, length] of segment.secrets ?? [])
        expect(bytes.toString("latin1", start, start + length)).toBe("*".repeat(length));
    }
  }
}

test("the steps come in their order", async () => {
  const { segments } = await recordJourney(tcp, BODY, signal);
  expect([...new Set(segments.map(({ step }) => step))]).toEqual(
    STEPS.filter((step) => segments.some((one) => one.step === step)),
  );
});

describe("what does not add up is no journey", () => {
  const tampered = (tamper: (segments: readonly Segment[]) => readonly Segment[]) => ({
    ...tcp,
    dissector: async () => (isBody: (text: string) => boolean) => {
      const honest = dissect(isBody);
      return {
        held: honest.held,
        push: (...pushed: Parameters<typeof honest.push>) => tamper(honest.push(...pushed)),
      };
    },
  });

  test("bytes that are left out", async () => {
    await assert.rejects(
      recordJourney(
        tampered((segments) => segments.slice(1)),
        BODY,
        signal,
      ),
      /don't add up \(in\): \d+ in parts, \d+ at the relays, \d+ at the server's sockets/,
    );
  });

  test("a transport without a network, and an end before the beginning", async () => {
    const loopback = transports.find(({ supports }) => !supports.network);
    assert.ok(loopback);
    await assert.rejects(recordJourney(loopback, BODY, signal), { code: "unsupported" });
    await assert.rejects(recordJourney(tcp, BODY, AbortSignal.abort(new Error("enough"))), /enough/);
  });
});

test("a capped journey keeps its lengths and the notification's own bytes", async () => {
  const journey = await recordJourney(tcp, BODY, signal);
  const own = journey.segments.filter(({ step }) => step === "publish" || step === "read");
  const ownBytes = own.reduce((sum, { length }) => sum + length, 0);
  const short = journeySchema.parse(capped(journey, ownBytes + 10));
  const kept = (one: JourneySegment) => Buffer.from(one.bytes, "base64").length;
  expect(short.segments.map(({ length, spans }) => ({ length, spans }))).toEqual(
    journey.segments.map(({ length, spans }) => ({ length, spans })),
  );
  expect(short.segments.filter(({ step }) => step === "publish" || step === "read")).toEqual(own);
  expect(short.segments.reduce((sum, one) => sum + kept(one), 0)).toBe(ownBytes + 10);
  expect(kept(short.segments[0] as JourneySegment)).toBe(10);
});

test("spans with a gap, or of another length, are refused", async () => {
  const journey = await recordJourney(tcp, BODY, signal);
  const [first, ...rest] = journey.segments;
  assert.ok(first);
  const broken = (change: Partial<JourneySegment>) =>
    journeySchema.safeParse({ ...journey, segments: [{ ...first, ...change }, ...rest] });
  expect(broken({}).success).toBe(true);
  expect(broken({ spans: [[1, first.length - 1, "framing"]] }).success).toBe(false);
  expect(broken({ length: first.length + 1 }).success).toBe(false);
  expect(broken({ bytes: Buffer.alloc(first.length + 1).toString("base64") }).success).toBe(false);
});
