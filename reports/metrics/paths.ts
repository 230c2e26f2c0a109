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
  let values: unknown[] = [metrics];
  for (const key of path.split("."))
    values = values.flatMap((value) => {
      if (typeof value !== "object" || value === null) return [];
      if (key === "*") return Object.values(value);
      return Object.hasOwn(value, key) ? [Reflect.get(value, key)] : [];
    });
  return values.filter((value) => typeof value === "number");
}
