import { quantity } from "../../../reports/prose/format.ts";
import type { LiveTransport, LiveTrial } from "../messages.ts";
import { element, marker } from "./elements.ts";

/** The report has all; more rows than these would only slow the page down. */
export const SHOWN_ROWS = 200;

/** The rows of the table of trials, the last one first. */
export function trialRows(
  trials: ReadonlyMap<number, LiveTrial>,
  transports: readonly LiveTransport[],
): HTMLElement[] {
  const last = [...trials].sort(([a], [b]) => b - a).slice(0, SHOWN_ROWS);
  return last.map(([, one]) => {
    const transport = element("td");
    const look = transports.find(({ name }) => name === one.transport);
    transport.append(marker(look, { class: "marker", "aria-hidden": "true" }), one.transport);
    const row = element("tr");
    row.append(
      transport,
      element("td", one.scenario),
      element("td", String(one.block), "n"),
      element("td", one.state, one.state === "completed" ? "" : "bad"),
      ...[one.p50, one.p99, one.cpu].map((value) =>
        element("td", value === null ? "–" : quantity("micros", value), "n"),
      ),
      element("td", one.reason ?? "", "reason"),
    );
    return row;
  });
}
