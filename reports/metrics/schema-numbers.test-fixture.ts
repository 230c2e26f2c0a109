import { z } from "zod";
import { resultsSchema } from "../../harness/result/result.ts";

/** A number that results can have: where it is (`*` for each entry of a list or record), and what the schema says of it. */
interface SchemaNumber {
  readonly path: string;
  readonly about: string | undefined;
}

type JsonSchema = z.core.JSONSchema._JSONSchema;

/** Every number of the results' JSON schema. A kind of schema that this does not know is an error, so that none is missed. */
export function schemaNumbers(): SchemaNumber[] {
  const whole = z.toJSONSchema(resultsSchema);
  const found = walked(whole, whole.$defs ?? {}, [], undefined);
  return [...new Map(found.map((one) => [one.path, one])).values()];
}

function walked(
  schema: JsonSchema | undefined,
  defined: Readonly<Record<string, JsonSchema>>,
  at: readonly string[],
  above: string | undefined,
): SchemaNumber[] {
  if (typeof schema === "boolean" || schema === undefined)
    throw new Error(`anything may stand at ${at.join(".")}`);
  const about = schema.description ?? above;
  const inner = (key: string, one: JsonSchema | undefined) => walked(one, defined, [...at, key], about);
  if (schema.$ref !== undefined)
    return walked(defined[schema.$ref.replace("#/$defs/", "")], defined, at, about);
  if (schema.anyOf) return schema.anyOf.flatMap((one) => walked(one, defined, at, about));
  if (schema.oneOf) return schema.oneOf.flatMap((one) => walked(one, defined, at, about));
  const types: readonly unknown[] = [schema.type].flat();
  const one = [{ path: at.join("."), about }];
  if (typeof schema.const === "number" || types.includes("number") || types.includes("integer")) return one;
  if (types.includes("array")) {
    const entries = schema.prefixItems ?? [schema.items].flat();
    return entries.flatMap((entry) => inner("*", entry));
  }
  if (types.includes("object")) {
    const own = Object.entries(schema.properties ?? {}).flatMap(([key, value]) => inner(key, value));
    return schema.additionalProperties ? [...own, ...inner("*", schema.additionalProperties)] : own;
  }
  if (types.every((type) => type === "string" || type === "boolean" || type === "null")) return [];
  throw new Error(`a schema of a kind that is not walked stands at ${at.join(".")}`);
}
