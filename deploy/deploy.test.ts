import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { Deployment } from "kubernetes-models/apps/v1/Deployment";
import { HorizontalPodAutoscaler } from "kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler";
import { Job } from "kubernetes-models/batch/v1/Job";
import { NetworkPolicy } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicy";
import { PodDisruptionBudget } from "kubernetes-models/policy/v1/PodDisruptionBudget";
import { Service } from "kubernetes-models/v1/Service";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { agent } from "../cli/commands/agent.ts";
import { bench } from "../cli/commands/bench.ts";
import { serve } from "../cli/commands/serve.ts";
import { canRun } from "../harness/engines/balanced.test-fixture.ts";
import { streamModule } from "../harness/engines/nginx.ts";
import { HAPROXY, NGINX, requireProgram } from "../transports/engines/programs.ts";
import { deployFiles } from "./files.ts";
import { DEPLOYED, fileName, NODES, serveArguments } from "./settings.ts";

const folder = fileURLToPath(new URL(".", import.meta.url));
const files = deployFiles();
let scratch = "";
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), "notif-lab-deploy-"));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe("what is committed is what the templates make", () => {
  test.each(files)("$path", async ({ path, text }) => {
    await expect(text).toMatchFileSnapshot(join(folder, path));
  });
});

test("no other file is there", () => {
  const there = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.ts$|^Dockerfile$/.test(entry.name))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
  assert.deepEqual(there.sort(), files.map(({ path }) => path).sort());
});

/** Names of services mean nothing here; all else is as it will be. */
function atHome(text: string): string {
  return text.replace(/\bnode(\d):/g, "127.0.0.$1:");
}

function check(program: string, args: readonly string[]): void {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: "utf8" });
  assert.equal(status, 0, `${stdout}${stderr}`);
  assert.doesNotMatch(`${stdout}${stderr}`, /warn|alert|emerg/i);
}

describe.runIf(canRun(HAPROXY)).each(files.filter(({ path }) => path.startsWith("haproxy/")))(
  "$path",
  ({ text }) => {
    test("haproxy -c", () => {
      const file = join(scratch, "haproxy.cfg");
      writeFileSync(file, atHome(text));
      check(requireProgram(HAPROXY), ["-c", "-f", file]);
    });
  },
);

describe.runIf(canRun(NGINX)).each(files.filter(({ path }) => path.startsWith("nginx/")))(
  "$path",
  ({ text }) => {
    test("nginx -t", () => {
      const file = join(scratch, "nginx.conf");
      const module = text.includes("stream {") ? streamModule() : undefined;
      writeFileSync(file, `${module ? `load_module ${module};\n` : ""}pid ${scratch}/pid;\n${atHome(text)}`);
      check(requireProgram(NGINX), ["-t", "-q", "-e", "stderr", "-p", scratch, "-c", file]);
    });
  },
);

/** By kind: checks an object against the schema that Kubernetes publishes. */
const SCHEMAS: Readonly<Record<string, (data: ReturnType<typeof parse>) => void>> = {
  Deployment: (data) => new Deployment(data).validate(),
  Service: (data) => new Service(data).validate(),
  PodDisruptionBudget: (data) => new PodDisruptionBudget(data).validate(),
  Job: (data) => new Job(data).validate(),
  NetworkPolicy: (data) => new NetworkPolicy(data).validate(),
  HorizontalPodAutoscaler: (data) => new HorizontalPodAutoscaler(data).validate(),
};

const ofAgents = (path: string) => /^kubernetes\/(agents|bench)\.yaml$/.test(path);

describe.each(files.filter(({ path }) => path.startsWith("kubernetes/")))("$path", ({ path, text }) => {
  const objects = parseAllDocuments(text).map((one) => one.toJS());

  test("follows the schemas of Kubernetes", () => {
    assert.ok(objects.length > 0);
    for (const one of objects) {
      SCHEMAS[one.kind]?.(one);
      assert.throws(() => SCHEMAS[one.kind]?.({ ...one, spec: "wrong" }), /spec/);
    }
  });

  test.skipIf(ofAgents(path))("its parts find one another", () => {
    const [deployment] = objects.filter(({ kind }) => kind === "Deployment");
    const { template, selector } = deployment.spec;
    const { labels } = template.metadata;
    const ports = template.spec.containers[0].ports.map(({ name }: { name: string }) => name);
    assert.deepEqual(selector.matchLabels, labels);
    for (const { kind, metadata, spec } of objects) {
      assert.equal(metadata.name, deployment.metadata.name);
      if (kind === "Service") {
        assert.deepEqual(spec.selector, labels);
        for (const { targetPort } of spec.ports) assert.ok(ports.includes(targetPort));
      }
      if (kind === "PodDisruptionBudget") assert.deepEqual(spec.selector.matchLabels, labels);
      if (kind === "HorizontalPodAutoscaler") assert.equal(spec.scaleTargetRef.name, metadata.name);
    }
  });
});

describe("agents on Kubernetes", () => {
  const objects = files
    .filter(({ path }) => ofAgents(path))
    .flatMap(({ text }) => parseAllDocuments(text).map((one) => one.toJS()));
  const pods = objects.filter(({ spec }) => spec.template);
  const containers = pods.flatMap(({ spec }) => spec.template.spec.containers);

  test("the commands that they run know their flags", () => {
    const commands: Readonly<Record<string, Command>> = { agent: agent(), bench: bench() };
    const run = containers.flatMap(({ args }) => (args[0] in commands ? [args] : []));
    assert.equal(run.length, 3);
    for (const [name, ...words] of run) {
      const known = commands[name]?.options.map(({ long }) => long) ?? [];
      for (const word of words.filter((one: string) => one.startsWith("--")))
        assert.ok(known.includes(word), `${name} ${word}`);
    }
  });

  test("whoever looks for NATS is let in by its policy, and finds its Service", () => {
    const service = objects.find(({ kind }) => kind === "Service");
    const policy = objects.find(({ kind }) => kind === "NetworkPolicy");
    const allowed = policy.spec.ingress[0].from[0].podSelector.matchLabels;
    const nats = pods.find(({ metadata }) => metadata.name === service.metadata.name);
    assert.deepEqual(service.spec.selector, nats.spec.template.metadata.labels);
    assert.deepEqual(policy.spec.podSelector.matchLabels, nats.spec.template.metadata.labels);
    for (const { spec } of pods.filter((one) => one !== nats)) {
      for (const [key, value] of Object.entries(allowed))
        assert.equal(spec.template.metadata.labels[key], value);
      const [{ env }] = spec.template.spec.containers;
      const address = env.find(({ name }: { name: string }) => name === "NOTIF_LAB_NATS").value;
      assert.ok(address.endsWith(`@${service.metadata.name}:${service.spec.ports[0].port}`));
    }
  });

  test("no token stands in them, and there are as many agents as the bench asks for", () => {
    for (const { args, env = [] } of containers) {
      for (const { name, value = "" } of env)
        if (/TOKEN|NATS/.test(name)) assert.match(value, /^$|\$\(NATS_TOKEN\)/);
      const auth = args[args.indexOf("--auth") + 1];
      if (args.includes("--auth")) assert.equal(auth, "$(NATS_TOKEN)");
    }
    const load = objects.find(({ spec }) => spec.completionMode === "Indexed");
    const run = containers.find(({ args }) => args[0] === "bench");
    assert.equal(String(load.spec.completions), run.args[run.args.indexOf("--agents") + 1]);
    assert.equal(load.spec.parallelism, load.spec.completions);
  });
});

test("serve knows the flags", () => {
  const [, , ...words] = serveArguments("sse");
  const known = serve().options.map(({ long }) => long);
  for (const word of words.filter((one) => one.startsWith("--"))) assert.ok(known.includes(word), word);
});

test("compose.yaml names services and files that there are", () => {
  const { services } = parse(files.find(({ path }) => path === "compose.yaml")?.text ?? "");
  for (const [name, service] of Object.entries<ComposeService>(services)) {
    const needed = service.depends_on ?? [];
    for (const other of Array.isArray(needed) ? needed : Object.keys(needed))
      assert.ok(other in services, `${name} needs ${other}`);
    for (const transport of DEPLOYED)
      for (const volume of service.volumes ?? []) {
        const [file = ""] = volume.replace(/\$\{CONFIG.*?\}\}/, fileName(transport)).split(":");
        assert.ok(existsSync(join(folder, file)), file);
      }
  }
  for (const { address } of NODES) assert.ok((address.split(":")[0] ?? "") in services);
});

interface ComposeService {
  readonly depends_on?: readonly string[] | object;
  readonly volumes?: readonly string[];
}
