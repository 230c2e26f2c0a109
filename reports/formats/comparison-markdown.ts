import { METRICS } from "../metrics/catalogue.ts";
import type { RunComparison } from "../model/comparison.ts";
import { isReported, REPORTED } from "../model/comparison.ts";
import { valueText, verdictText } from "../prose/comparison-words.ts";
import { controlText } from "../prose/control-words.ts";
import { effect } from "../prose/format.ts";
import { bullets, escaped } from "./markdown.ts";

/** The comparison as GitHub-flavoured Markdown, for a pull request. */
export function renderComparisonMarkdown(comparison: RunComparison): string {
  const { a, b, differences, notes, scenarios, control } = comparison;
  const units = control ? ` in ${escaped(control.transport)}, B/A (95 %) |` : "";
  return `${[
    "## B against A",
    bullets([`A: ${a.startedAt}, ${a.command}`, `B: ${b.startedAt}, ${b.command}`]),
    ...scenarios.flatMap(({ name, transports }) => [
      `### ${escaped(name)}`,
      [
        `| transport | metric | A | B | B/A (95 %) | verdict |${units}`,
        `| --- | --- | ---: | ---: | ---: | --- |${control ? " --- |" : ""}`,
        ...transports.flatMap(({ transport, states, metrics }) =>
          REPORTED.flatMap((key) => {
            const one = metrics.find(({ metric }) => metric === key);
            if (!one || !isReported(one)) return [];
            const figures = [one.a, one.b];
            const label = states === "" ? transport : `${transport} (${states})`;
            const seen = one.effect ? effect(one.effect.ratio, one.effect.interval) : "–";
            const verdict = one.change === "worse" ? "**worse**" : escaped(verdictText(one));
            const cells = [
              label,
              METRICS[key].short,
              valueText(key, figures, 0),
              valueText(key, figures, 1),
              seen,
            ];
            const { byControl } = one;
            const inUnits = byControl?.effect
              ? escaped(
                  `${effect(byControl.effect.ratio, byControl.effect.interval)} ${verdictText(byControl)}`,
                )
              : "–";
            return `| ${[...cells.map(escaped), verdict, ...(control ? [inUnits] : [])].join(" | ")} |`;
          }),
        ),
      ].join("\n"),
    ]),
    bullets([...differences, ...(control ? [controlText(control)] : []), ...notes]),
  ].join("\n\n")}\n`;
}
