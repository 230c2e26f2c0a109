import Table from "cli-table3";
import { type CapacityFinding, findCapacity } from "../../harness/studies/capacity.ts";
import { capacitySchema } from "../../harness/studies/documents.ts";
import { BARE } from "../../reports/terminal/bare-table.ts";
import type { CapacityFlags } from "../commands/capacity.ts";
import { parseNumber } from "../flags/choices.ts";
import { tell } from "../flags/rules.ts";
import { serviceLevelOf } from "../flags/slo.ts";
import { openFindings, planStudy } from "../flags/study.ts";

/** Finds the highest load that meets the service level on each transport, one transport after the other. */
export async function capacity(flags: CapacityFlags): Promise<void> {
  const { slo, over = "rate", max, ...shared } = flags;
  const unmet = serviceLevelOf(slo);
  const study = planStudy(shared, { name: over, unit: "", integer: over === "connections" });
  const { bounds } = study;
  const highest =
    max === undefined
      ? bounds.max
      : parseNumber("--max", max, { min: bounds.min, max: bounds.max, integer: false });
  const handOver = await openFindings(capacitySchema, flags);
  const transports: ({ readonly transport: string } & CapacityFinding)[] = [];
  await study.during(async (measure) => {
    for (const transport of study.transports) {
      const finding = await findCapacity({
        bounds: { start: Math.min(bounds.default, highest), min: bounds.min, max: highest },
        measure: (load, seed) => measure(transport, load, seed),
        unmet,
        pollEveryMs: transport.pollEveryMs,
        seed: study.seed,
        onTrial: ({ load, outcome, because }) => {
          if (!flags.quiet && !flags.json)
            process.stderr.write(
              `${transport.name}, ${over} ${load}: ${outcome}${because ? ` (${because})` : ""}\n`,
            );
        },
      });
      transports.push({ transport: transport.name, ...finding });
    }
  }, "interrupted; the transports that were not done are left out");
  const document = {
    schema: "notif-lab/capacity@1",
    slo,
    over,
    scenario: study.scenario,
    agents: study.agents,
    wires: transports,
  };
  await handOver(document, () => render(document));
  const stopped = transports.flatMap(({ transport, stopped }) =>
    stopped === undefined ? [] : [`too many trials are void: ${transport}, ${stopped}`],
  );
  if (tell(stopped)) process.exitCode = process.exitCode || 1;
}

function render({
  slo,
  over,
  scenario,
  wires: transports,
}: {
  readonly slo: string;
  readonly over: string;
  readonly scenario: string;
  readonly wires: readonly ({ readonly transport: string } & CapacityFinding)[];
}): string {
  const table = new Table({
    chars: BARE,
    style: { "padding-left": 0, "padding-right": 2, head: [], border: [] },
    head: ["transport", "holds up to", "breaks at", "what gave out"],
    colAligns: ["left", "right", "right", "left"],
    colWidths: [16, 16, 13, 38],
    wordWrap: true,
  });
  for (const { transport, holds, breaks, limit, limitedBy, confirmed, stopped } of transports) {
    // Where it is the generator that broke, or the search was stopped, nothing is known of the transport itself beyond.
    const open = limitedBy === "generator" || (stopped !== undefined && breaks === undefined);
    const least = stopped === undefined ? "not the least" : "not known";
    const why = stopped === undefined ? "too noisy" : "too many void trials";
    table.push([
      transport,
      holds === undefined ? least : `${open ? "at least " : ""}${holds}`,
      open ? "not known" : (breaks ?? "not reached"),
      `${limit ?? (open ? "not known" : "nothing")}${confirmed ? "" : ` (not confirmed: ${why})`}`,
    ]);
  }
  return (
    `${scenario}: highest ${over} with ${slo}\n\n${table.toString()}\n\n` +
    "In all of three or more trials, loads up to the first figure held, and loads from the second on broke;\n" +
    "in between, both happened.\n"
  );
}
