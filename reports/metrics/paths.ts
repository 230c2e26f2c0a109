import type { Metrics } from "../../harness/result/result.ts";

/** Where below a trial's `metrics` a number is: "lost", "deliveryLatencyUs.p99"; `*` stands for every entry of a list. */
export type Path = PathIn<Metrics>;

type PathIn<T> = {
  [K in keyof T & string]-?: NonNullable<T[K]> extends number
    ? K
    : NonNullable<T[K]> extends readonly (infer Entry)[]
      ? `${K}.*.${PathIn<Entry>}`
      : NonNullable<T[K]> extends object
        ? `${K}.${PathIn<NonNullable<T[K]>>}`
        : never;
}[keyof T & string];

/** Whether it leads to one number of a trial. */
export function isSingle(path: string): boolean {
  return !path.includes("*");
}

/** The number at the path as the results file has it; undefined where the trial did not measure it. */
export function numberAt(metrics: Metrics, path: Path): number | undefined {
  return valuesOf(metrics, path)[0];
}

/** Every number that the path leads to, of a trial's metrics or a part of them. */
export function valuesOf(metrics: Partial<Metrics>, path: Path): number[] {
  const keys = keysOf.get(path) ?? path.split(".");
  keysOf.set(path, keys);
  const values: number[] = [];
  collect(metrics, keys, 0, values);
  return values;
}

/** Reports ask for each path of every trial many times. */
const keysOf = new Map<Path, readonly string[]>();

function collect(value: unknown, keys: readonly string[], at: number, into: number[]): void {
  const key = keys[at];
  if (key === undefined) {
    if (typeof value === "number") into.push(value);
  } else if (typeof value === "object" && value !== null) {
    if (key === "*") for (const one of Object.values(value)) collect(one, keys, at + 1, into);
    else if (Object.hasOwn(value, key)) collect(Reflect.get(value, key), keys, at + 1, into);
  }
}
