/** Names as parts of an address: `scenario-chat`, the same in every report, whatever else ran; no two alike. */
export function anchorsOf(names: readonly string[], prefix = "scenario"): ReadonlyMap<string, string> {
  const taken = new Set<string>();
  return new Map(
    names.map((name) => {
      const slug = `${prefix}-${slugOf(name)}`;
      let anchor = slug;
      for (let more = 2; taken.has(anchor); more += 1) anchor = `${slug}-${more}`;
      taken.add(anchor);
      return [name, anchor];
    }),
  );
}

/** Lower-case letters, digits and hyphens of a name: "p99.9" is `p99-9`. */
export function slugOf(name: string): string {
  const slug = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
  return slug === "" ? "unnamed" : slug.slice(0, 60);
}
