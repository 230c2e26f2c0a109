import Table from "cli-table3";
import { type CapacityFinding, findCapacity } from "../../harness/studies/capacity.ts";
import { BARE } from "../../reports/bare-table.ts";
import { unmetBy } from "../../reports/thresholds.ts";
import { parseNumber } from "../choices.ts";
import { parseSlo } from "../expressions.ts";
import { usage } from "../failure.ts";
import { onInterruption } from "../interruption.ts";
import { handOver, planStudy, type StudyFlags } from "../study.ts";

interface CapacityFlags extends StudyFlags {
  readonly slo: string;
  readonly over?: string;
  readonly max?: string;
}

/** Finds the highest load that meets the service level on each wire, one wire after the other. */
export async function capacity(flags: CapacityFlags): Promise<void> {
  const { slo, over = "rate", max, ...shared } = flags;
  if (over !== "rate" && over !== "connections")
    throw usage(`--over takes rate or connections, not "${over}"`);
  const terms = parseSlo(slo);
  const study = planStudy(shared, over);
  const { bounds } = study;
  const highest =
    max === undefined
      ? bounds.max
      : parseNumber("--max", max, { min: bounds.min, max: bounds.max, integer: false });
  const interruption = onInterruption();
  const wires: ({ readonly transport: string } & CapacityFinding)[] = [];
  try {
    for (const transport of study.transports) {
      const finding = await findCapacity({
        bounds: { start: Math.min(bounds.default, highest), min: bounds.min, max: highest },
        measure: (load, seed) => study.measure(transport, load, seed, interruption.signal),
        unmet: (metrics) => unmetBy(metrics, terms),
        seed: study.seed,
        onTrial: ({ load, outcome, because }) => {
          if (!flags.quiet && !flags.json)
            process.stderr.write(
              `${transport.name}, ${over} ${load}: ${outcome}${because ? ` (${because})` : ""}\n`,
            );
        },
      });
      wires.push({ transport: transport.name, ...finding });
    }
  } catch (error) {
    if (!interruption.signal.aborted) throw error;
    process.exitCode = 130;
  } finally {
    interruption.dispose();
  }
  const document = { schema: "notif-lab/capacity@1", slo, over, scenario: study.scenario, wires };
  await handOver(document, flags, () => render(document));
}

function render({
  slo,
  over,
  scenario,
  wires,
}: {
  readonly slo: string;
  readonly over: string;
  readonly scenario: string;
  readonly wires: readonly ({ readonly transport: string } & CapacityFinding)[];
}): string {
  const table = new Table({
    chars: BARE,
    style: { "padding-left": 0, "padding-right": 2, head: [], border: [] },
    head: ["wire", "holds up to", "breaks at", "what gave out"],
    colAligns: ["left", "right", "right", "left"],
    colWidths: [16, 13, 13, 38],
    wordWrap: true,
  });
  for (const { transport, holds, breaks, limit, confirmed } of wires)
    table.push([
      transport,
      holds ?? "not the least",
      breaks ?? "not reached",
      `${limit ?? "nothing"}${confirmed ? "" : " (not confirmed: too noisy)"}`,
    ]);
  return (
    `${scenario}: highest ${over} with ${slo}\n\n${table.toString()}\n\n` +
    "Held in all of three or more trials at the first figure and wherever lower, broke in all at the second and wherever higher;\n" +
    "between them it did either.\n"
  );
}
