import { expect, test } from "vitest";
import { z } from "zod";
import { resultsSchema } from "./result.ts";

test("docs/results.schema.json is the code's own schema (vitest -u writes it anew)", async () => {
  const schema = { title: "notif-lab results", ...z.toJSONSchema(resultsSchema) };
  await expect(`${written(schema)}\n`).toMatchFileSnapshot("../../docs/results.schema.json");
});

/** JSON in which what fits into a line is in one. */
function written(value: unknown, indent = ""): string {
  const short = JSON.stringify(value);
  if (typeof value !== "object" || value === null || short.length + indent.length <= 160) return short;
  const deeper = `${indent} `;
  const items = Array.isArray(value)
    ? value.map((one) => written(one, deeper))
    : Object.entries(value).map(([name, one]) => `${JSON.stringify(name)}: ${written(one, deeper)}`);
  const [open, close] = Array.isArray(value) ? ["[", "]"] : ["{", "}"];
  return `${open}\n${items.map((item) => `${deeper}${item}`).join(",\n")}\n${indent}${close}`;
}
