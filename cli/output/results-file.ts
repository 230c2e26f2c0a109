import { statSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { RESULTS_SCHEMA, type Results, resultsSchema } from "../../harness/result/result.ts";
import { plain } from "../../reports/prose/text.ts";
import { systemReason, usage } from "../process/failure.ts";
import { MOST_RESULTS, readText } from "./read-text.ts";
import { knownFacts } from "./transport-facts.ts";

/** The results file that is meant: of a run's folder the one in it. */
export function resultsFileOf(path: string): string {
  return isFolder(path) ? join(path, "results.json") : path;
}

/** What can't be looked at is told by who reads it. */
function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

/** Reads and checks a results document, or that in a run's folder; every way in which it can be none is one line. */
export async function readResults(fileOrFolder: string): Promise<Results> {
  const path = resultsFileOf(fileOrFolder);
  let text: string;
  try {
    text = await readText(path, MOST_RESULTS);
  } catch (error) {
    throw usage(
      `can't read ${path} (${systemReason(error)}); give the results.json of a bench run, or its folder`,
      error,
    );
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw usage(`${path} is not complete JSON: it was cut short or is not a results file`, error);
  }
  const version = typeof value === "object" && value !== null && "schema" in value ? value.schema : undefined;
  if (version !== RESULTS_SCHEMA) {
    const found =
      typeof version === "string"
        ? `of version "${plain(version.slice(0, 60))}"`
        : "not a notif-lab results file";
    throw usage(
      `${path} is ${found}; this notif-lab reads "${RESULTS_SCHEMA}": run the bench again, or open it with the version that wrote it`,
    );
  }
  const parsed = resultsSchema.safeParse(value);
  if (parsed.success) {
    const { transportFacts, ...rest } = parsed.data;
    return { ...rest, transportFacts: transportFacts ?? knownFacts(rest.transports) };
  }
  const [issue] = parsed.error.issues;
  const where = issue ? plain(z.core.toDotPath(issue.path)).slice(0, 100) : "";
  throw usage(
    `${path} is damaged at ${where || "its top"} (${plain(issue?.message ?? "").slice(0, 200)}); run the bench again`,
    parsed.error,
  );
}
