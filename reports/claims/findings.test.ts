import assert from "node:assert/strict";
import { describe, test } from "vitest";
import type { Claim, Reading } from "../../claims/claim.ts";
import { CLAIMS_SCHEMA, claimsSchema } from "../../claims/document.ts";
import { claims } from "../../claims/registry.ts";
import type { Verdict } from "../../claims/verdict.ts";
import { bare } from "../html/assets.test-fixture.ts";
import { type Evidence, findingOf } from "./findings.ts";
import { renderClaimsMarkdown } from "./markdown.ts";
import { renderClaimsHtml } from "./page.ts";
import {
  agreeingAndNot,
  claimOf,
  evidenceOf,
  isOfTwo,
  READINGS,
  verdictWith,
} from "./synthetic.test-fixture.ts";
import { renderClaimList, renderClaims } from "./terminal.ts";

describe("a doctored transport flips the verdict of", () => {
  test.each(READINGS)("%s", (_name, reading) => {
    assert.ok(isOfTwo(reading));
    const { agrees, not } = agreeingAndNot(reading);
    // The lab's own part may be what is too much, and then contradicts nothing.
    const isOpen = reading.scaled || (reading.own && reading.claimed.high !== undefined);
    const [yes, no] = [
      reading.scaled ? "holds under these conditions" : "holds here",
      isOpen ? "can't be told" : "contradicted here",
    ];
    assert.equal(verdictWith(reading, agrees).verdict, yes);
    assert.equal(verdictWith(reading, not).verdict, no);
  });
});

/** Of claims that have a verdict without any experiment; what is not measured of them stays open. */
const WITHOUT_EXPERIMENTS: Readonly<Record<string, Verdict>> = {
  cloudbase: "arithmetic wrong",
  "seed-heartbeat": "holds under these conditions",
  "seed-grpc-browsers": "holds under these conditions",
  "seed-http2": "holds under these conditions",
  "seed-mqtt-iot": "holds under these conditions",
};

describe("nothing is said beyond what was measured", () => {
  const of = (id: string): Claim => {
    const claim = claims.find((one) => one.id === id);
    assert.ok(claim);
    return claim;
  };
  const nothing: Evidence = { lacking: () => undefined, trials: () => "its experiment has not been run" };

  test("without experiments no measured claim has a verdict, and each says why", () => {
    for (const claim of claims) {
      const { verdict, because } = findingOf(claim, "quick", nothing);
      assert.ok(because.length > 10, claim.id);
      assert.equal(verdict, WITHOUT_EXPERIMENTS[claim.id] ?? "can't be told", claim.id);
    }
  });

  test("a source that was not read has none", () => {
    const { verdict, because } = findingOf(of("umea-webtransport"), "full", nothing);
    assert.deepEqual([verdict, /^Not read: only its abstract/.test(because)], ["can't be told", true]);
  });

  test("a transport that is not here is named", () => {
    const evidence: Evidence = {
      ...nothing,
      lacking: (name) => (name === "websocket:uws" ? `no transport of that name here: ${name}` : undefined),
    };
    const { verdict, because } = findingOf(of("seed-uws-memory"), "quick", evidence);
    assert.equal(verdict, "can't be told");
    assert.match(because, /no transport of that name here: websocket:uws/);
  });

  test("an invalid trial leaves its block out, with the reason; the second attempt stands for it", () => {
    const [, reading] = READINGS.find(([name]) => name === "tangen 1") ?? [];
    assert.ok(reading);
    const { agrees } = agreeingAndNot(reading);
    const whole = evidenceOf(reading, "quick", agrees);
    const spoiled = (attempt: number): Evidence => ({
      ...whole,
      trials: (label, transports) => {
        const trials = whole.trials(label, transports);
        if (typeof trials === "string") return trials;
        const [first] = trials;
        return first
          ? [...trials, { ...first, state: "invalid" as const, reason: "busy machine", attempt }]
          : trials;
      },
    });
    const claim: Claim = { id: "x", sentence: "x", source: { title: "x" }, readings: [reading] };
    const { verdict, because } = findingOf(claim, "quick", spoiled(2));
    assert.equal(verdict, "can't be told");
    assert.match(because, /2 of the 3 blocks that a verdict needs: \S+ was invalid \(busy machine\)/);
    assert.equal(findingOf(claim, "quick", spoiled(0)).verdict, "holds under these conditions");
  });

  test("no figure is of invalid trials, bytes and memory neither", () => {
    for (const name of ["seed-bandwidth 1", "seed-compression 1", "seed-uws-memory 1", "seed-heartbeat 2"]) {
      const [, reading] = READINGS.find(([one]) => one === name) ?? [];
      assert.ok(reading, name);
      const whole = evidenceOf(reading, "full", agreeingAndNot(reading).agrees);
      const busy: Evidence = {
        ...whole,
        trials: (...words) => {
          const trials = whole.trials(...words);
          return typeof trials === "string"
            ? trials
            : trials.map((trial) => ({ ...trial, state: "invalid", reason: "busy machine" }));
        },
      };
      const { role: _, ...alone } = reading;
      const claim: Claim = { id: "x", sentence: "x", source: { title: "x" }, readings: [alone] };
      assert.equal(findingOf(claim, "full", busy).verdict, "can't be told", name);
    }
  });

  test("what a quick run leaves out is said to be left out", () => {
    const idle = of("seed-cpu-5000").readings[1];
    assert.ok(idle?.kind === "measured");
    const claim: Claim = { id: "x", sentence: "x", source: { title: "x" }, readings: [idle] };
    assert.match(findingOf(claim, "quick", nothing).because, /--quick leaves its experiments out/);
  });

  test("a reading that can't be told is named with its reason, and keeps the claim from simply holding", () => {
    const [now, later] = of("socketio-redis-outage").readings;
    assert.ok(now?.kind === "measured" && later?.kind === "measured");
    const parts = [
      { ...now, part: "Redis stands still" },
      { ...later, part: "Redis is killed" },
    ];
    const claim: Claim = { id: "x", sentence: "x", source: { title: "x" }, readings: parts };
    const { verdict, because } = findingOf(claim, "quick", evidenceOf(now, "quick", 0));
    assert.equal(verdict, "holds under these conditions");
    assert.match(
      because,
      /^Redis stands still: .*Agrees \(none lost\): 0 of .*Left open \(Redis is killed\): Redis is killed and comes/,
    );
    assert.match(because, /--quick leaves its experiments out; run the claim without --quick\.$/);
    // One part that is contradicted is enough.
    const lost = findingOf(claim, "quick", evidenceOf(now, "quick", 3));
    assert.equal(lost.verdict, "contradicted here");
    assert.match(lost.because, /Left open \(Redis is killed\): /);
  });

  test("an experiment of ten places of which one was run contradicts nothing yet", () => {
    const { readings: some } = of("seed-latency");
    const measured = some.filter(({ kind, role }) => kind === "measured" && role === undefined);
    assert.ok(measured.length > 1);
    const [now] = measured;
    assert.ok(now?.kind === "measured");
    const first = { ...now, places: now.places.slice(0, 1) };
    const begun = evidenceOf(first, "full", 2);
    assert.equal(findingOf(claimOf(...measured), "full", begun).verdict, "can't be told");
  });

  test.each(["seed-latency", "quantum"])(
    "%s: a latency with the publisher's way in it, which no link brings to three to one, contradicts nothing",
    (id) => {
      const { arithmetic: _, ...claim } = of(id);
      const isOfBytes = (one: Reading) => one.part === "header bytes";
      const readings = claim.readings.filter((one) => !isOfBytes(one));
      for (const mode of ["quick", "full"] as const) {
        const trials: Evidence["trials"] = (...words) => {
          const found = readings.flatMap((one) => {
            if (one.kind !== "measured") return [];
            // Two round trips against one.
            const ratio = one.figure.of.transport === "websocket" ? 1 / 2 : 2;
            const some = evidenceOf(one, mode, ratio).trials(...words);
            return typeof some === "string" ? [] : [some];
          });
          return found[0] ?? "it was not run";
        };
        const { verdict, because } = findingOf({ ...claim, readings }, mode, { ...nothing, trials });
        assert.equal(verdict, "can't be told");
        assert.match(because, /Not tried: in the experiments here publishers are behind the same link/);
      }
    },
  );

  test("places that a quick run leaves out are named, and it does not simply hold without them", () => {
    const [, reading] = READINGS.find(([name]) => name === "tangen 1") ?? [];
    assert.ok(reading);
    const claim: Claim = { id: "x", sentence: "x", source: { title: "x" }, readings: [reading] };
    const { agrees } = agreeingAndNot(reading);
    const { verdict, because } = findingOf(claim, "quick", evidenceOf(reading, "quick", agrees));
    assert.equal(verdict, "holds under these conditions");
    assert.match(because, /It agrees at 2 of 5 places; --quick leaves 3 out: 200 publishes .*, 800 /);
    const { not } = agreeingAndNot(reading);
    const without = findingOf(claim, "quick", evidenceOf(reading, "quick", not));
    assert.equal(without.verdict, "contradicted here");
    assert.match(without.because, /It does not agree at 2 of 5 places; --quick leaves 3 out: 200 /);
    const open = evidenceOf({ ...reading, places: [] }, "quick", not);
    assert.match(findingOf(claim, "quick", open).because, /It could be told at none of 5 places; /);
    assert.equal(findingOf(claim, "full", evidenceOf(reading, "full", agrees)).verdict, "holds here");
  });

  test("of a spread the best block is told beside the mean", () => {
    const [, cpu] = READINGS.find(([name]) => name === "websocket-shootout 1") ?? [];
    assert.ok(cpu);
    const { verdict, because } = verdictWith(cpu, 1.2);
    assert.equal(verdict, "contradicted here");
    assert.match(because, /The best of 3 blocks is 0\.83x their mean, the worst 1\.20x\./);
  });

  test("what was scaled down says by how much, and of the sentence's own size that it was not tried", () => {
    const crowd = of("seed-cpu-5000").readings[0];
    assert.ok(crowd?.kind === "measured");
    const { agrees, not } = agreeingAndNot(crowd);
    for (const value of [agrees, not]) {
      const { because } = verdictWith(crowd, value);
      assert.match(because, /tried at 1\/13 of the 5,000 connections/);
      assert.match(because, /What 5,000 connections do was not tried\.$/);
    }
  });
});

test("what they probably measured is told where it agrees, and decides nothing", () => {
  const claim = claims.find(({ id }) => id === "seed-latency");
  assert.ok(claim);
  const [now, stream] = claim.readings;
  const probably = claim.readings.find(({ role }) => role === "probably");
  assert.ok(now?.kind === "measured" && stream?.kind === "measured" && probably?.kind === "measured");
  const all = evidenceOf({ ...now, places: [...now.places, ...stream.places] }, "quick", 0.9);
  const tail = evidenceOf(probably, "quick", 0.3);
  const both: Evidence = {
    lacking: () => undefined,
    trials: (label, transports) => {
      const [medians, tails] = [all.trials(label, transports), tail.trials(label, transports)];
      if (typeof medians === "string" || typeof tails === "string") return medians;
      return medians.map((trial, index) => {
        const p90 = tails[index]?.metrics?.deliveryLatencyUs?.p90;
        const latency = trial.metrics?.deliveryLatencyUs;
        if (!trial.metrics || !latency || p90 === undefined) return trial;
        return { ...trial, metrics: { ...trial.metrics, deliveryLatencyUs: { ...latency, p90 } } };
      });
    },
  };
  const { verdict, because } = findingOf(claim, "quick", both);
  // From the server alone it may hold.
  assert.equal(verdict, "can't be told");
  assert.match(because, /What they probably measured: the slowest tenth/);
});

test("the page, Markdown and the terminal show every claim; hostile words stay text", () => {
  const nothing: Evidence = { lacking: () => undefined, trials: () => "<script>alert(1)</script>" };
  const document = claimsSchema.parse({
    schema: CLAIMS_SCHEMA,
    at: "2026-02-03T04:05:06.000Z",
    mode: "quick",
    machine: "a machine",
    command: "npx notif-lab claims run --all --quick",
    findings: claims.map((claim) => findingOf(claim, "quick", nothing)),
  });
  const html = renderClaimsHtml(document, bare);
  const markdown = renderClaimsMarkdown(document);
  const style = { color: false, unicode: false, width: 80 };
  const text = renderClaims(document, style);
  for (const { id } of claims) {
    assert.ok(html.includes(`<section id="${id}">`), id);
    assert.ok(markdown.includes(`\n## ${id}\n`), id);
    assert.ok(text.includes(`\n${id}  `), id);
  }
  assert.ok(!html.includes("<script>alert"));
  assert.ok(!markdown.includes("<script>alert"));
  assert.ok(text.split("\n").every((line) => line.length <= 80));
  const list = renderClaimList(claims, document, style);
  assert.ok(list.split("\n").every((line) => line.length <= 80));
  assert.match(list, new RegExp(`${claims.length} claims`));
  const said = list.replaceAll("\n", " ");
  assert.match(said, /those of quick runs \(--quick\), the last at 2026-02-03 04:05 UTC, on a machine\./);
});
