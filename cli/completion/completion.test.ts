import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { describe, test } from "vitest";
import { scenarios } from "../../scenarios/registry.ts";
import { everyTransport, transports } from "../../transports/registry.ts";
import { createProgram } from "../program.ts";
import { bashScript } from "./bash.ts";
import { describeCommands } from "./description.ts";
import { fishScript } from "./fish.ts";
import { zshScript } from "./zsh.ts";

const program = createProgram();
const { commands, flags } = await describeCommands(program);
const bash = bashScript(commands, flags);

/** What bash offers at the end of the line, as readline would be handed it. */
function offered(line: string): string[] {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: bash's own
  const asked = 'COMP_LINE="$1" COMP_POINT=${#1}; _notif_lab; printf "%s\\n" "${COMPREPLY[@]}"';
  const out = execFileSync("bash", ["--norc", "-c", `${bash}\n${asked}`, "bash", line], { encoding: "utf8" });
  return out.split("\n").filter((one) => one !== "");
}

describe("bash", () => {
  test("commands", () => {
    assert.deepEqual(
      offered("notif-lab "),
      program.commands.map((one) => one.name()),
    );
    assert.deepEqual(offered("notif-lab ben"), ["bench"]);
    assert.deepEqual(offered("notif-lab --config x.yaml ben"), ["bench"]);
  });

  test("every flag of every command", () => {
    for (const command of program.commands) {
      const words = offered(`notif-lab ${command.name()} --`);
      for (const { long } of command.options)
        assert.ok(words.includes(long ?? ""), `${command.name()} ${long}`);
    }
    assert.deepEqual(offered("notif-lab list --transports"), []);
  });

  test("transports, variants behind their colon, and the next of a list", () => {
    const networked = transports.filter(({ supports }) => supports.network);
    assert.deepEqual(offered("notif-lab bench --transports "), [
      "all",
      ...everyTransport.map(({ name }) => name),
      ...networked.map(({ name }) => `${name}:tls`),
    ]);
    assert.deepEqual(offered("notif-lab bench --transports mqtt:"), [
      "qos1",
      "qos2",
      "msgpack",
      "ws",
      "redis",
      "mosquitto",
      "tls",
      "qos1:tls",
      "qos2:tls",
      "msgpack:tls",
      "ws:tls",
    ]);
    assert.deepEqual(offered("notif-lab bench --transports long-polling:"), [
      "raw",
      "single",
      "msgpack",
      "tls",
      "raw:tls",
      "single:tls",
      "msgpack:tls",
    ]);
    assert.deepEqual(offered("notif-lab bench --transports socketio:"), [
      "polling",
      "msgpack",
      "redis",
      "redis-pubsub",
      "tls",
      "polling:tls",
      "msgpack:tls",
    ]);
    assert.deepEqual(offered("notif-lab bench --transports sse,gr"), [
      "sse,grpc",
      "sse,grpc:web",
      "sse,grpc:tls",
      "sse,grpc:web:tls",
    ]);
    assert.deepEqual(offered("notif-lab bench --transports=gr"), [
      "grpc",
      "grpc:web",
      "grpc:tls",
      "grpc:web:tls",
    ]);
    assert.ok(!offered("notif-lab serve ").includes("loopback"));
  });

  test("scenarios, formats, links, shells, files", () => {
    assert.deepEqual(
      offered("notif-lab capacity --scenario "),
      scenarios.map(({ name }) => name),
    );
    assert.deepEqual(offered("notif-lab compare --format j"), ["json"]);
    assert.ok(offered("notif-lab bench --link 4").includes("4g"));
    assert.deepEqual(offered("notif-lab sweep --metric cp"), ["cpu"]);
    assert.deepEqual(offered("notif-lab bench --fail-on receipt.p9"), [
      "receipt.p90",
      "receipt.p99",
      "receipt.p999",
    ]);
    assert.deepEqual(offered("notif-lab capacity --slo sendLag"), []);
    assert.deepEqual(offered("notif-lab completion f"), ["fish"]);
    assert.deepEqual(offered("notif-lab report package.j"), ["package.json"]);
    assert.deepEqual(offered("notif-lab bench --out repor"), ["reports"]);
    assert.deepEqual(offered("notif-lab bench --rate "), []);
  });
});

test("every flag that says it takes one of few is completed", () => {
  for (const { name, flags: all } of commands)
    for (const { flag, values } of all) {
      const chosen = ["--transports", "--scenarios", "--scenario", "--format", "--only", "--link"].includes(
        flag,
      );
      if (chosen) assert.equal(values?.kind, "words", `${name} ${flag}`);
    }
});

for (const [shell, script] of [
  ["bash", bash],
  ["zsh", zshScript(commands, flags)],
  ["fish", fishScript(commands, flags)],
] as const) {
  const installed = spawnSync(shell, ["--version"]).status === 0;
  test.skipIf(!installed)(
    `${shell} can read its script${installed ? "" : ` (skipped: no ${shell} here)`}`,
    () => {
      const { status, stderr } = spawnSync(shell, ["-n"], { input: script, encoding: "utf8" });
      assert.deepEqual([status, stderr], [0, ""]);
    },
  );
}
