import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import { afterAll, beforeAll, beforeEach, describe, test } from "vitest";
import { runNotifLab } from "../process.test-fixture.ts";
import { createProgram } from "../program.ts";
import { parseConfig } from "./config-file.ts";
import { applyConfigFile, typedWords } from "./config-flags.ts";
import { isWatched } from "./found-file.ts";
import { configurable, optionsOf } from "./settable.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "notif-lab-config-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const FILE = `# what this team runs
bench:
  transports: [websocket, sse]
  rate: 50
  quick: true
  threshold:
    - "*.*.lost = 0"
capacity: { slo: "p99 < 50ms" }
`;

/** The flags a command would run with, and the file's part of them as words. */
async function flagsOf(text: string, ...words: string[]): Promise<{ flags: object; words: string[] }> {
  const path = join(folder, "flags.yaml");
  writeFileSync(path, text);
  const program = createProgram();
  applyConfigFile(program);
  let found: { flags: object; words: string[] } | undefined;
  for (const one of program.commands)
    one.action((...args) => {
      const command = args.at(-1) as Command;
      found = { flags: command.opts(), words: typedWords(command) };
    });
  await program.parseAsync(["--config", path, ...words], { from: "user" });
  assert.ok(found);
  return found;
}

/** What commander sets of itself. */
const DEFAULTS = { cache: true, control: true, interleave: true, sticky: true };

describe("flags of a file", () => {
  test("that say no are set to false, and typed again as they were", async () => {
    const { flags, words } = await flagsOf("bench: { no-interleave: true }", "bench");
    assert.equal(Reflect.get(flags, "interleave"), false);
    assert.deepEqual(words, ["--no-interleave"]);
    assert.equal(
      Reflect.get((await flagsOf("bench: { no-interleave: false }", "bench")).flags, "interleave"),
      true,
    );
  });

  test("stand where none is typed, and are words for the results' command", async () => {
    const { flags, words } = await flagsOf(FILE, "bench", "--seed", "3");
    assert.deepEqual(
      { ...flags },
      {
        ...DEFAULTS,
        transports: "websocket,sse",
        rate: "50",
        quick: true,
        threshold: ["*.*.lost = 0"],
        seed: "3",
      },
    );
    assert.deepEqual(words, [
      ...["--transports", "websocket,sse", "--rate", "50", "--quick", "--threshold", "*.*.lost = 0"],
    ]);
  });

  test("yield to typed ones, also where those could be given several times", async () => {
    const { flags, words } = await flagsOf(
      FILE,
      "bench",
      "--rate",
      "7",
      "--threshold",
      "a",
      "--threshold",
      "b",
    );
    assert.deepEqual(
      { ...flags },
      { ...DEFAULTS, transports: "websocket,sse", quick: true, rate: "7", threshold: ["a", "b"] },
    );
    assert.deepEqual(words, ["--transports", "websocket,sse", "--quick"]);
  });

  test("yield to what excludes them: another preset, or a run that goes on", async () => {
    const preset = (await flagsOf(FILE, "bench", "--rigorous")).flags;
    assert.deepEqual([Reflect.get(preset, "quick"), Reflect.get(preset, "rigorous")], [undefined, true]);
    const { flags } = await flagsOf(FILE, "bench", "--resume", "x");
    const set = Object.entries(flags).filter(([, value]) => value !== undefined);
    assert.deepEqual(Object.fromEntries(set), { ...DEFAULTS, resume: "x", threshold: ["*.*.lost = 0"] });
  });

  test("can set a required one, and --no-config leaves all out", async () => {
    assert.deepEqual({ ...(await flagsOf(FILE, "capacity")).flags }, { slo: "p99 < 50ms" });
    await assert.rejects(flagsOf(FILE, "--no-config", "capacity"), /required option '--slo/);
  });
});

test.each([
  ["an unknown command", "benhc: {}", /^f:1:1: benhc: there is no such command; did you mean bench\?$/],
  [
    "an unknown flag",
    "bench:\n  rtae: 5",
    /^f:2:3: bench\.rtae: bench has no such flag in a file; did you mean rate\?$/,
  ],
  ["a wrong kind", "bench:\n  rate: {}", /^f:2:9: bench\.rate: expected text, a number, or a list of them$/],
  ["a switch in words", "bench:\n  quick: yes", /^f:2:10: bench\.quick: expected true or false$/],
  ["no flags", "bench: 5", /^f:1:8: bench: expected flags, as rate: 50$/],
  ["no commands", "- bench", /^f:1:1: a configuration lists commands/],
  ["broken YAML", "bench: {", /^f:1:\d+: /],
  ["broken JSON", '{"bench": {"rate": 5}', /^f:1:\d+: /],
  ["what a file can't set", "bench:\n  resume: x", /^f:2:3: bench\.resume: bench has no such flag in a file/],
])("%s is told with its line", (_, text, message) => {
  assert.throws(() => parseConfig(createProgram(), text, "f"), { message });
});

test("JSON has places too, and an empty file sets nothing", () => {
  const settings = parseConfig(createProgram(), '{\n\t"sweep": {\n\t\t"over": "rate=1..9"\n\t}\n}', "f");
  assert.equal(settings.get("sweep")?.[0]?.at, "f:3:3");
  assert.equal(parseConfig(createProgram(), "# nothing\n", "f").size, 0);
});

describe("on the command line", () => {
  beforeEach(() => writeFileSync(join(folder, "notif-lab.config.yaml"), FILE));
  const ended = (...words: string[]) => runNotifLab(words, folder);
  /** What it prints when all is well. */
  const printed = async (...words: string[]) => {
    const { code, out, err } = await ended(...words);
    assert.equal(code, 0, err);
    return out;
  };

  test("config says what is in force and why", async () => {
    const all = await printed("config");
    assert.match(all, /^Flags are read from notif-lab\.config\.yaml\.$/m);
    assert.match(all, /^ {2}capacity --slo +p99 < 50ms +notif-lab\.config\.yaml:8:13$/m);
    const bench = await printed("config", "bench", "--rate", "9");
    assert.match(bench, /^ {2}--transports +websocket,sse +notif-lab\.config\.yaml:3:3$/m);
    assert.match(bench, /^ {2}--rate +9 +flag$/m);
    assert.match(bench, /^ {2}--seed +1 +default$/m);
    const { file, flags } = JSON.parse(await printed("config", "bench", "--json"));
    assert.equal(file, "notif-lab.config.yaml");
    assert.deepEqual(
      flags.find(({ flag }: { flag: string }) => flag === "rate"),
      { command: "bench", flag: "rate", value: "50", from: "file", at: "notif-lab.config.yaml:4:3" },
    );
    assert.match(await printed("--no-config", "config"), /No file is read/);
  });

  test("a value that the command refuses is traced to its line; help needs no sound file", async () => {
    writeFileSync(join(folder, "notif-lab.config.yaml"), "bench:\n  rate: fast\n");
    const { code, err, out } = await ended("bench");
    assert.deepEqual([code, out], [2, ""]);
    assert.match(err, /--rate takes .* not "fast" \(--rate is set at notif-lab\.config\.yaml:2:3; .*\)\n$/);
    writeFileSync(join(folder, "notif-lab.config.yaml"), "bench: [");
    assert.match(await printed("bench", "--help"), /Examples:/);
    assert.equal((await ended("list")).code, 2);
    assert.equal((await ended("list", "--no-config")).code, 0);
  });

  const foundOnly: [string, string, string[], RegExp][] = [
    ["code", "bench: { transport-module: [evil.mjs] }", ["bench"], /--transport-module runs code/],
    ["a build's code", "bench: { against: evil }", ["bench"], /--against runs code/],
    ["a version's code", 'bench: { against-version: "9.9.9" }', ["bench"], /--against-version runs code/],
    ["a program", "browser-limit: { browser: ./evil }", ["browser-limit"], /--browser runs code/],
    ["a port for others", "serve: { host: 0.0.0.0 }", ["serve", "tcp"], /--host opens a port/],
    ["its metrics", "serve: { metrics-host: 0.0.0.0 }", ["serve", "tcp"], /--metrics-host opens a port/],
    ["an agent's server", "agent: { serve: 10.0.0.1 }", ["agent"], /--serve opens a port/],
    ["another machine", "bench: { target: 'http://a.example' }", ["bench"], /--target connects to another/],
    [
      "the same without slashes",
      "bench: { balancer: 'http:a.example:80' }",
      ["bench"],
      /--balancer connects/,
    ],
    ["pages of others", "serve: { origins: '*' }", ["serve", "tcp"], /--origins changes what others/],
    ["its orders", "agent: { nats: 'nats://10.0.0.1' }", ["agent"], /--nats connects to another machine/],
    ["more of an agent", "agent: { allow: any }", ["agent"], /--allow changes what others are let do/],
    ["a file elsewhere", "compare: { out: ../x }", ["compare", "a", "b"], /--out writes outside/],
    ["a learner's file elsewhere", "workshop: { file: ../x.json }", ["workshop"], /--file writes outside/],
    ["a folder elsewhere", "bench: { out: /tmp/x }", ["bench"], /--out writes outside/],
  ];
  test.each(foundOnly)("a file that was merely found may not ask for %s", async (_, text, words, message) => {
    rmSync(join(folder, "ran"), { force: true });
    writeFileSync(
      join(folder, "evil.mjs"),
      'import fs from "node:fs"; fs.writeFileSync("ran", ""); export default {};',
    );
    writeFileSync(join(folder, "notif-lab.config.yaml"), text);
    const { code, out, err } = await ended(...words);
    assert.deepEqual([code, out], [2, ""]);
    assert.match(
      err,
      /^notif-lab: notif-lab\.config\.yaml:1:\d+: [^\n]*--config notif-lab\.config\.yaml[^\n]*\n$/,
    );
    assert.match(err, message);
    assert.ok(!existsSync(join(folder, "ran")));
    assert.match(await printed("config"), /\(refused, as it /);
  });

  test("a file that was merely found may name this machine", async () => {
    writeFileSync(
      join(folder, "notif-lab.config.yaml"),
      "serve: { host: 127.0.0.1, backplane: 'redis://[::1]' }",
    );
    assert.doesNotMatch(await printed("config"), /refused/);
  });

  test("a typed flag takes the place of a refused one, and a file that is named is trusted", async () => {
    rmSync(join(folder, "ran"), { force: true });
    writeFileSync(join(folder, "notif-lab.config.yaml"), "bench: { transport-module: [evil.mjs] }");
    assert.match((await ended("bench", "--transport-module", "no.mjs")).err, /can't load no\.mjs/);
    assert.ok(!existsSync(join(folder, "ran")));
    assert.match((await ended("--config", "notif-lab.config.yaml", "bench")).err, /is no transport/);
    assert.ok(existsSync(join(folder, "ran")));
  });

  test("the first line says which file changes what, also with --quiet", async () => {
    const { err } = await ended("bench", "--quiet", "--transports", "websockt");
    assert.match(
      err,
      /^notif-lab: notif-lab\.config\.yaml sets --rate, --quick, --threshold; --no-config leaves it out\nnotif-lab: unknown/,
    );
    assert.equal((await ended("list")).err, "");
    writeFileSync(join(folder, "notif-lab.config.yaml"), "list: { json: true }");
    assert.equal(
      (await ended("list")).err,
      "notif-lab: notif-lab.config.yaml sets --json; --no-config leaves it out\n",
    );
  });

  test("two files, none where one is named, and a strange flag are refused", async () => {
    writeFileSync(join(folder, "notif-lab.config.json"), "{}");
    assert.match((await ended("list")).err, /both exist here; remove one/);
    rmSync(join(folder, "notif-lab.config.json"));
    assert.match((await ended("list", "--config", "no.yaml")).err, /can't read no\.yaml.*--no-config/);
    assert.match((await ended("config", "bench", "--rtae", "4")).err, /bench has no flag --rtae/);
    assert.match((await ended("config", "benhc")).err, /did you mean bench\?/);
  });
});

/** Flags that name something which is only read, or what a run has by itself. */
const READ = [
  "answers",
  "baseline",
  "nats-ca",
  "nats-cert",
  "nats-creds",
  "nats-key",
  "nats-nkey",
  "scenario-file",
  "tls-cert",
  "tls-key",
];

test("of every flag that names a place or a program it is known what a strange file could do with it", () => {
  const unknown = configurable(createProgram()).flatMap((command) =>
    optionsOf(command).filter(
      (option) =>
        /[<[](address(es)?|build|dir|engine|file|origins|path|program|tool|url|version)\b/.test(
          option.flags,
        ) &&
        !isWatched(option.name()) &&
        !READ.includes(option.name()),
    ),
  );
  assert.deepEqual(
    unknown.map(({ flags }) => flags),
    [],
    "say in found-file.ts what it does, or here that it is only read",
  );
});
