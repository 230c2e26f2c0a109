import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "vitest";
import { metricsSchema } from "./schema/metrics.ts";

const page = readFileSync(new URL("../docs/metrics.md", import.meta.url), "utf8");

test("docs/metrics.md defines every figure of a trial", () => {
  const missing = Object.keys(metricsSchema.shape).filter(
    (name) => !["processes", "host"].includes(name) && !page.includes(`\`${name}\``),
  );
  assert.deepEqual(missing, []);
  const processes = metricsSchema.shape.processes.element.shape;
  const host = metricsSchema.shape.host.shape;
  for (const name of Object.keys(processes).filter((one) => one !== "role"))
    assert.ok(page.includes(`\`${name}\``), name);
  const shared = metricsSchema.shape.sharedLink.unwrap().shape;
  for (const name of Object.keys(shared)) assert.ok(page.includes(`\`${name}\``), name);
  for (const name of Object.keys(host)) assert.ok(page.includes(`\`host.${name}\``), name);
});
