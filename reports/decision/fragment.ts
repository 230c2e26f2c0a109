import { type DecisionInput, defaultSettings, MOST_WEIGHT, type Settings } from "./input.ts";

/*
 * Settings in the fragment of an address: "#decide?need=browser,resumption&w=latency:3&s=chat". Only what differs from the default is
 * written.
 */

export function fragmentOf(input: DecisionInput, settings: Settings): string {
  const written = (names: readonly string[]) => names.map(encodeURIComponent).join(",");
  const weights = input.criteria
    .map(({ key }) => ({ key, weight: settings.weights[key] ?? 1 }))
    .filter(({ weight }) => weight !== 1);
  const scenarios = input.scenarios.filter((name) => settings.scenarios.includes(name));
  const parts = [
    ...(settings.needs.length > 0 ? [`need=${written(settings.needs)}`] : []),
    ...(weights.length > 0
      ? [`w=${weights.map(({ key, weight }) => `${encodeURIComponent(key)}:${weight}`).join(",")}`]
      : []),
    ...(scenarios.length < input.scenarios.length ? [`s=${written(scenarios)}`] : []),
  ];
  return `#decide${parts.length > 0 ? `?${parts.join("&")}` : ""}`;
}

/** The settings of a fragment, and what of it this decision input does not know; undefined for any other fragment. */
export function settingsOf(
  input: DecisionInput,
  fragment: string,
): { readonly settings: Settings; readonly ignored: readonly string[] } | undefined {
  const [name, query = ""] = fragment.split("?", 2);
  if (name !== "#decide") return undefined;
  const given = new Map(
    query.split("&").map((part): [string, string[]] => {
      const [key = "", values = ""] = part.split("=", 2);
      return [
        key,
        values
          .split(",")
          .filter((one) => one !== "")
          .map(decoded),
      ];
    }),
  );
  const ignored: string[] = [];
  const known = (names: readonly string[], of: readonly string[]) =>
    names.filter((one) => {
      if (!of.includes(one)) ignored.push(one);
      return of.includes(one);
    });
  const needs = known(
    given.get("need") ?? [],
    input.requirements.map(({ key }) => key),
  );
  const standard = defaultSettings(input);
  const weights = { ...standard.weights };
  for (const one of given.get("w") ?? []) {
    const [key = "", text = ""] = one.split(":", 2);
    const weight = text === "" ? Number.NaN : Number(text);
    if (Object.hasOwn(weights, key) && Number.isInteger(weight) && weight >= 0 && weight <= MOST_WEIGHT)
      weights[key] = weight;
    else ignored.push(one);
  }
  const wanted = given.get("s");
  const scenarios = wanted === undefined ? standard.scenarios : known(wanted, input.scenarios);
  return { settings: { needs, weights, scenarios }, ignored };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
