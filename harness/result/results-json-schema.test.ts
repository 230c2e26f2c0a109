import { expect, test } from "vitest";
import { z } from "zod";
import { resultsSchema } from "./result.ts";

test("docs/results.schema.json is the code's own schema (vitest -u writes it anew)", async () => {
  const schema = { title: "notif-lab results", ...z.toJSONSchema(resultsSchema) };
  await expect(`${JSON.stringify(schema, null, 1)}\n`).toMatchFileSnapshot("../../docs/results.schema.json");
});
