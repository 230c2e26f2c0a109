import type { z } from "zod";

type Issue = z.core.$ZodIssue;

/** What is wrong with a value, in a few words, and where it is wrong. */
export interface Complaint {
  readonly path: readonly PropertyKey[];
  /** Where the path names a field that should not be there. */
  readonly unknownKey?: string;
  readonly text: string;
}

/** What zod objects to, in the words of somebody who wrote a file; of alternatives, the one that came nearest. */
export function complaintsOf(issues: readonly Issue[]): Complaint[] {
  return issues.flatMap((issue) => complaints(issue));
}

/** `traffic[0].ratePerSecond` */
export function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`))
    .join("")
    .replace(/^\./, "");
}

function complaints(issue: Issue): Complaint[] {
  const { path } = issue;
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => ({
      path: [...path, key],
      unknownKey: key,
      text: "there is no such field",
    }));
  if (issue.code !== "invalid_union" || issue.errors.length === 0)
    return [{ path, text: inWords(issue.message) }];
  const fewest = Math.min(...issue.errors.map((branch) => branch.length));
  const nearest = issue.errors.filter((branch) => branch.length === fewest);
  const [only] = nearest;
  if (only && nearest.length === 1)
    return complaintsOf(only).map((one) => ({ ...one, path: [...path, ...one.path] }));
  const either = nearest.flatMap((branch) => complaintsOf(branch).slice(0, 1));
  return [
    {
      path,
      text: either.map((one) => [pathText(one.path), one.text].filter(Boolean).join(": ")).join(", or "),
    },
  ];
}

function inWords(message: string): string {
  const text = message.replace(/^Invalid (input|string|option|discriminator value)[:.] /, "");
  const missing = /^(.*), received undefined$/.exec(text)?.[1];
  return missing ? `it is missing, ${missing}` : text.replace(/^expected int,/i, "expected a whole number,");
}
