import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, test } from "vitest";
import { RESULTS_SCHEMA } from "../harness/result/result.ts";
import { runNotifLab } from "./process.test-fixture.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "notif-lab-wrong-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const notifLab = (...words: string[]) => runNotifLab(words, folder);

describe("wrong input is answered with one line and exit code 2", () => {
  const cases: [string, string[], RegExp][] = [
    ["an unknown transport", ["bench", "--transports", "websockt"], /did you mean websocket\?/],
    ["an unknown scenario", ["bench", "--scenarios", "fanout"], /did you mean fan-out\?/],
    [
      "an unknown flag",
      ["bench", "--conections", "5"],
      /unknown option '--conections'.*Did you mean --connections/,
    ],
    ["an unknown command", ["bnech"], /unknown command 'bnech'.*Did you mean bench/],
    ["no command", [], /--help/],
    ["a flag without its value", ["bench", "--rate"], /--rate/],
    [
      "no connections",
      ["bench", "--connections", "0"],
      /--connections takes a whole number from 2 to 40000, not "0"/,
    ],
    ["an unknown runtime", ["bench", "--runtime", "quickjs"], /--runtime.*node, bun, deno/],
    [
      "a runtime that tells no metrics",
      ["bench", "--runtime", "bun", "--metrics"],
      /leave out --runtime or --metrics/,
    ],
    ["clients in no browser", ["bench", "--clients", "firefox"], /--clients takes browser, or browser:4/],
    ["too many of them", ["bench", "--clients", "browser:900"], /from 1 to 255, not "900"/],
    [
      "a browser that is no program",
      ["bench", "--clients", "browser", "--browser", "/nowhere/chromium"],
      /--browser is "\/nowhere\/chromium", which is not a program/,
    ],
    ["a browser for nothing", ["bench", "--browser", "/bin/sh"], /--browser names the browser of --clients/],
    [
      "a page's limit on what it can't speak",
      ["browser-limit", "--transports", "grpc"],
      /did you mean sse|grpc:web/,
    ],
    [
      "agents nobody knows where",
      ["bench", "--agents", "2"],
      /add --nats nats:\/\/host:4222, or use --agents local:2/,
    ],
    [
      "agents of one's own elsewhere",
      ["bench", "--agents", "local:2", "--nats", "nats://a"],
      /leave out --nats/,
    ],
    ["no agents", ["bench", "--agents", "local:0"], /--agents local: takes a whole number from 1 to 64/],
    ["NATS without agents", ["bench", "--nats", "nats://a"], /--nats is about agents; add --agents 2/],
    ["agents behind a link", ["bench", "--agents", "local:2", "--link", "4g"], /does not go with --link yet/],
    [
      "agents for nodes",
      ["bench", "--agents", "local:2", "--scenarios", "scale-out"],
      /scale-out (can't be run with agents yet: it has several nodes|on these nodes needs programs)/,
    ],
    [
      "more agents than load processes",
      ["bench", "--agents", "local:2", "--load-processes", "1"],
      /--load-processes takes a whole number from 2 to 64/,
    ],
    [
      "a serving agent without agents",
      ["bench", "--server-agent"],
      /--server-agent is about agents; add --agents 2/,
    ],
    [
      "a serving agent with a strange name",
      ["bench", "--agents", "local:2", "--server-agent", "a b"],
      /--server-agent takes up to 60 letters/,
    ],
    [
      "an agent that allows a name",
      ["agent", "--nats", "nats://a", "--allow", "private,example.com"],
      /--allow takes addresses, ranges .* not "example\.com"/,
    ],
    [
      "an agent with a limit that there is not",
      ["agent", "--nats", "nats://a", "--limits", "users=3"],
      /--limits takes connections, seconds, .* not "users=3"/,
    ],
    [
      "an agent that serves at a name",
      ["agent", "--nats", "nats://a", "--serve", "example.com"],
      /--serve takes the IP address .* not "example\.com"/,
    ],
    [
      "NATS with credentials that are not there",
      ["agents", "--nats", "nats://a", "--nats-creds", "none.creds"],
      /--nats-creds: there is no file none\.creds/,
    ],
    [
      "NATS with half a certificate",
      ["agents", "--nats", "nats://a", "--nats-cert", "/dev/null"],
      /--nats-cert and --nats-key belong together; give both/,
    ],
    ["an agent without NATS", ["agent", "--nats", "10.0.0.5"], /--nats takes an address such as nats:/],
    [
      "an agent's password for all to see",
      ["agent", "--nats", "nats://me:pw@a"],
      /put the same address with it into NOTIF_LAB_NATS/,
    ],
    [
      "an agent with a strange name",
      ["agent", "--nats", "nats://a", "--name", "a b"],
      /--name takes up to 60 letters/,
    ],
    ["half a hidden second", ["hidden-tab", "--duration", "0.5"], /--duration takes a whole number/],
    ["half a connection", ["bench", "--connections", "2.5"], /--connections takes a whole number/],
    ["a negative rate", ["bench", "--rate=-5"], /--rate takes a number from 0.1/],
    ["a rate in words", ["bench", "--rate", "fast"], /not "fast"/],
    ["an endless duration", ["bench", "--duration", "Infinity"], /--duration takes a number/],
    ["an empty number", ["bench", "--seed", ""], /--seed takes a whole number/],
    ["both presets", ["bench", "--quick", "--rigorous"], /choose one/],
    ["a folder that can't be", ["bench", "--out", "/dev/null/x"], /can't write to \/dev\/null\/x .*--out/],
    ["nothing to resume", ["bench", "--resume", "nowhere"], /can't read nowhere\/results.json/],
    ["a report of nothing", ["report", "missing.json"], /can't read missing.json/],
    ["an unknown format", ["report", "x.json", "--format", "pdf"], /unknown format "pdf"/],
    [
      "TLS where there is none",
      ["bench", "--transports", "websocket:uws:tls"],
      /websocket:uws is not served over TLS/,
    ],
    [
      "TLS for all, where one has none",
      ["bench", "--tls", "--transports", "websocket,websocket:uws"],
      /websocket:uws is not served over TLS: .*; name it without :tls and --tls/,
    ],
    ["serving a transport without a network", ["serve", "loopback"], /can't be served/],
    [
      "serving on no port",
      ["serve", "websocket", "--port", "70000"],
      /--port takes a whole number from 0 to 65535/,
    ],
    ["a link nobody knows", ["bench", "--link", "5g"], /--link: "5g" is not a link; choose one of lan, wifi/],
    [
      "a scenario file that is not there",
      ["bench", "--scenario-file", "no.yaml"],
      /can't read no\.yaml.*init/,
    ],
    ["a transport module that is not there", ["bench", "--transport-module", "no.js"], /can't load no\.js/],
    ["a service level that can't be", ["capacity", "--slo", "p99 < 0ms"], /can never be/],
    ["no service level", ["capacity"], /required option '--slo/],
    [
      "capacity over nothing known",
      ["capacity", "--slo", "lost = 0", "--over", "payload"],
      /--over <what>.*Allowed choices are rate, connections/,
    ],
    [
      "a number that is what is searched",
      ["capacity", "--slo", "lost = 0", "--rate", "5"],
      /--rate is varied by this study/,
    ],
    ["a sweep over nothing", ["sweep", "--over", "payload"], /as payload=64\.\.4096/],
    [
      "a sweep from less than is possible",
      ["sweep", "--over", "payload=16..4096"],
      /from 21 to 65536, not "16"/,
    ],
    ["a sweep backwards", ["sweep", "--over", "rate=50..10"], /from low to high/],
    ["a sweep of no metric", ["sweep", "--over", "rate=1..10", "--metric", "p98"], /no metric "p98"/],
    ["serving a strange user", ["serve", "websocket", "--user", "a/b"], /--user takes letters/],
  ];
  for (const [what, words, message] of cases) {
    test(what, async () => {
      const { code, out, err } = await notifLab(...words);
      assert.equal(code, 2);
      assert.equal(out, "");
      assert.match(err, message);
      assert.equal(err.trimEnd().split("\n").length, 1, err);
    });
  }

  test("a results file that is cut short, foreign, of another version, or damaged", async () => {
    const write = (text: string) => writeFileSync(join(folder, "broken.json"), text);
    const results = { schema: RESULTS_SCHEMA, startedAt: "yesterday" };
    for (const [text, message] of [
      [JSON.stringify(results).slice(0, 30), /cut short/],
      ["[1]", /not a notif-lab results file/],
      [
        JSON.stringify({ schema: "notif-lab/results@9" }),
        /version "notif-lab\/results@9"; this notif-lab reads/,
      ],
      [JSON.stringify(results), /damaged at startedAt/],
    ] as const) {
      write(text);
      const { code, err } = await notifLab("report", "broken.json");
      assert.equal(code, 2);
      assert.match(err, message);
      assert.equal(err.trimEnd().split("\n").length, 1, err);
    }
  });
});
