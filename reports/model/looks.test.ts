import { expect, test } from "vitest";
import { transportBehind } from "../../harness/result/control-name.ts";
import { factsOf, isCandidate, lookOf as lookAmong, shownOf } from "./looks.ts";
import { resultsOf } from "./results.test-fixture.ts";

const lookOf = (transport: string, names: readonly string[]) =>
  lookAmong(transport, shownOf(names, resultsOf({ transports: names })));
const candidate = (name: string) => isCandidate(name, factsOf(name, resultsOf({ transports: [name] })));

test("every transport has a colour and a marker of its own", () => {
  const transports = ["websocket", "socketio", "sse", "long-polling", "grpc", "mqtt"];
  const looks = transports.map((transport) => lookOf(transport, transports));
  expect(new Set(looks.map(({ color }) => color)).size).toBe(6);
  expect(new Set(looks.map(({ marker }) => marker)).size).toBe(6);
  expect(looks[0]).toEqual({ color: "#0072B2", marker: "circle", hollow: false, dash: [] });
});

test("a variant keeps its transport's colour, hollow and dashed, unlike its sibling's dashes", () => {
  const shown = ["mqtt", "mqtt:qos1", "mqtt:qos2"];
  const [plain, first, second] = shown.map((one) => lookOf(one, shown));
  expect(first).toMatchObject({ color: plain?.color, marker: plain?.marker, hollow: true });
  expect(first?.dash).not.toEqual(second?.dash);
  expect(first?.dash).not.toEqual([]);
});

test("baselines are grey, and so is what nobody knows", () => {
  expect(["tcp", "loopback", "tcp:tls", "sse"].map(candidate)).toEqual([false, false, false, true]);
  const greys = ["tcp", "loopback", "carrier-pigeon", "constructor", "__proto__"];
  expect(new Set(greys.map((one) => lookOf(one, greys).color))).toEqual(new Set(["#808080"]));
});

test("an A/A control looks like a variant of its transport and is no candidate; nor is a baseline", () => {
  const shown = ["sse", "sse#2", "sse:raw#2"];
  expect(lookOf("sse#2", shown)).toMatchObject({ color: lookOf("sse", shown).color, hollow: true });
  expect([...shown, "tcp", "tcp#2", "mqtt:qos1"].map(candidate)).toEqual([
    true,
    false,
    false,
    false,
    false,
    true,
  ]);
  expect(shown.map(transportBehind)).toEqual(["sse", "sse", "sse:raw"]);
});
