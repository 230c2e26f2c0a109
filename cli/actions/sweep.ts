import { createRandom, putBehind, seedOf, shuffled } from "../../core/random.ts";
import { isClaim } from "../../harness/result/clock-claim.ts";
import type { Trial } from "../../harness/result/result.ts";
import { planSeed } from "../../harness/run/queue.ts";
import { crossoversOf } from "../../harness/studies/crossover.ts";
import { sweepSchema } from "../../harness/studies/documents.ts";
import { metricAt, metricNamed, READABLE_NAMES } from "../../reports/metrics/names.ts";
import type { SweepFlags } from "../commands/sweep.ts";
import { nearest, parseNumber } from "../flags/choices.ts";
import { openFindings, planStudy } from "../flags/study.ts";
import { AXES, type Axis } from "../flags/study-axis.ts";
import { renderSweep, type SweepPoint, sweepValues } from "../output/sweep-text.ts";
import { usage } from "../process/failure.ts";

/** Measures every transport at every point, in a random order within each block, and tells where one overtakes another. */
export async function sweep(flags: SweepFlags): Promise<void> {
  const { over, points = "5", metric: asked = "p50", blocks: blocksText = "3", ...shared } = flags;
  const [, name = "", range = ""] = /^(\w+)=(.+)$/.exec(over) ?? [];
  const axis = AXES.find((one) => one.name === name);
  if (!axis)
    throw usage(
      `--over takes ${AXES.map((one) => one.name).join(", ")} and a range, such as payload=64..4096 or delay=0,20,100, not "${over}"`,
    );
  const open = axis.name;
  const path = metricNamed(asked);
  if (path === undefined || !READABLE_NAMES.includes(path))
    throw usage(`--metric: no metric "${asked}"; did you mean ${nearest(asked, READABLE_NAMES)}?`);
  const study = planStudy(shared, axis);
  const count = parseNumber("--points", points, { min: 2, max: 50, integer: true });
  const blocks = parseNumber("--blocks", blocksText, { min: 3, max: 100, integer: true });
  const at = pointsOf(axis, range, count, study.bounds);
  const { read, support } = metricAt(path);
  const random = createRandom(seedOf(study.seed, "again"));
  let fewest: number | undefined;
  const found = new Map<string, { states: Trial["state"][]; values: number[] }>();
  const handOver = await openFindings(sweepSchema, flags);
  await study.during(async (measure) => {
    for (let block = 0; block < blocks; block += 1) {
      const cells = at.flatMap((value) => study.transports.map((transport) => ({ value, transport })));
      const order = shuffled(cells, createRandom(planSeed(study.seed, block))).map((cell) => ({
        ...cell,
        again: false,
      }));
      // The queue grows: an invalid trial is run once more among those of its block that are left, as in a bench.
      for (const [place, { value, transport, again }] of order.entries()) {
        const trial = await measure(transport, value, planSeed(study.seed, block));
        const key = `${transport.name} ${value}`;
        const cell = found.get(key) ?? { states: [], values: [] };
        found.set(key, cell);
        cell.states.push(trial.state);
        if (trial.state === "invalid" && !again)
          putBehind(order, place, { value, transport, again: true }, random);
        const figure = trial.metrics && trial.state === "completed" ? read(trial.metrics) : undefined;
        if (figure !== undefined) cell.values.push(figure);
        if (trial.metrics && support && figure !== undefined)
          fewest = Math.min(fewest ?? Number.POSITIVE_INFINITY, support.had(trial.metrics));
        const why = trial.reason ?? (figure === undefined ? noClaimOf(trial) : undefined);
        if (!flags.quiet && !flags.json)
          process.stderr.write(
            `block ${block + 1}/${blocks}, ${transport.name}, ${open} ${value}: ${trial.state}${why ? ` (${why})` : ""}\n`,
          );
      }
    }
  }, "interrupted; the trials so far are shown");
  const measured = study.transports.flatMap(({ name: transport }) =>
    at.map(
      (value): SweepPoint => ({
        at: value,
        transport,
        ...(found.get(`${transport} ${value}`) ?? { states: [], values: [] }),
      }),
    ),
  );
  const lines = study.transports.map(({ name: transport }) => ({
    name: transport,
    values: measured.filter((one) => one.transport === transport).flatMap(sweepValues),
  }));
  const crossovers = lines.flatMap((line, index) =>
    lines.slice(index + 1).flatMap((other) => crossoversOf(line, other)),
  );
  const document = {
    schema: "notif-lab/sweep@1",
    over: open,
    metric: path,
    scenario: study.scenario,
    agents: study.agents,
    blocks,
    points: measured,
    lines,
    crossovers,
  };
  await handOver(document, () => renderSweep(document, fewest));
}

/** Why a trial that completed with agents has no latency to show. */
function noClaimOf({ metrics, notes }: Trial): string | undefined {
  return metrics && !isClaim(metrics) ? notes.find((note) => note.includes("are no claim")) : undefined;
}

function pointsOf(
  { name: open, unit, integer }: Axis,
  range: string,
  count: number,
  bounds: { readonly min: number; readonly max: number },
): number[] {
  const number = (text: string) =>
    parseNumber(`--over ${open}=`, unit && text.endsWith(unit) ? text.slice(0, -unit.length) : text, {
      ...bounds,
      integer,
    });
  const ends = range.split("..");
  if (ends.length === 1) return [...new Set(range.split(",").map(number))].sort((a, b) => a - b);
  const [from = 0, to = 0] = ends.map(number);
  if (ends.length > 2 || from >= to)
    throw usage(`--over ${open}= takes a range from low to high, not "${range}"`);
  if (from === 0)
    throw usage(
      `--over ${open}=: a range at even ratios can't begin at 0; list the values, such as ${open}=0,10,100`,
    );
  const step = (to / from) ** (1 / (count - 1));
  const all = Array.from({ length: count }, (_, index) => from * step ** index);
  return [...new Set(all.map((value) => (integer ? Math.round(value) : Number(value.toPrecision(4)))))];
}
