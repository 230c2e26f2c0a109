import type { Results } from "../../harness/result/result.ts";
import { type Cell, observed } from "../model/cell.ts";
import { quantity } from "./format.ts";
import { counted, listed } from "./text.ts";

/** What the page of a run's browser was, and what it shares with everything else; undefined where none was asked for. */
export function browserCaveat({ browser, environment, trials }: Results): string | undefined {
  if (!browser) return undefined;
  const bounds = trials.flatMap(({ metrics }) => metrics?.browser?.clockBoundUs ?? []);
  const what = `${counted(browser.connections, "client")} in a page of ${browser.product ?? "a browser"}`;
  if (bounds.length === 0) return `${what} should have run beside the load, but nothing was measured.`;
  return (
    `${what} and as many in Node.js got the same notifications beside each load, in processes of their own and after everything else was ` +
    `measured; all shared ${counted(environment.cpus, "CPU")}. The page's times are by its own clock, which is off from the lab's by ${quantity("micros", Math.max(...bounds))} at most.`
  );
}

/** How much later a page has what Node.js has, in one sentence; undefined where no page was beside these transports. */
export function pageSentence(cells: readonly Cell[]): string | undefined {
  const pairs = cells.flatMap((cell) => {
    const [page, node] = [observed(cell, "pageP50"), observed(cell, "besidePageP50")];
    return page && node ? [{ transport: cell.transport, page: page.value, node: node.value }] : [];
  });
  const sorted = pairs.sort((a, b) => a.page - a.node - (b.page - b.node));
  const [least, most] = [sorted[0], sorted.at(-1)];
  if (!least || !most) return undefined;
  const of = ({ transport, page, node }: typeof least) =>
    `${quantity("micros", page)} on ${transport}, ${quantity("micros", node)} in Node.js beside it`;
  const difference = ({ page, node }: typeof least) =>
    `${quantity("micros", Math.abs(page - node))} ${page < node ? "sooner" : "later"}`;
  if (least === most)
    return `The page gets the median notification ${difference(least)}: after ${of(least)}.`;
  return `The page gets the median notification ${difference(least)} (${of(least)}) to ${difference(most)} (${of(most)}).`;
}

/** How many times as late Node.js is beside a page before that is said to be a queue. */
const QUEUE = 5;

/** Names the transports whose load fell behind when it had a browser beside it; undefined where none did. */
export function queueSentence(cells: readonly Cell[]): string | undefined {
  const behind = cells.flatMap((cell) => {
    const [alone, beside] = [observed(cell, "deliveryP50"), observed(cell, "besidePageP50")];
    return alone && beside && beside.value > QUEUE * alone.value ? [cell.transport] : [];
  });
  if (behind.length === 0) return undefined;
  return `With a browser beside it the load of ${listed(behind)} fell behind, in Node.js as well: these latencies are those of a queue, and only their difference says anything of the page.`;
}

/** A transport that could not carry the load has no latencies. */
const SATURATED = "the transport did not carry the load, so that latencies would be those of a growing queue";

/** Where no page was beside the load, or nothing is shown of it, and why. */
export function withoutPage({ browser, trials }: Results): string[] {
  const byReason = new Map<string, string[]>();
  const withheld = trials.flatMap(({ transport, scenario, state, metrics }) =>
    state === "saturated" && metrics?.browser ? [{ transport, scenario, reason: SATURATED }] : [],
  );
  for (const { transport, scenario, reason } of [...(browser?.notMeasured ?? []), ...withheld]) {
    const where = [scenario, transport].filter((one) => one !== undefined).join(", ") || "everything";
    const known = byReason.get(reason) ?? [];
    if (!known.includes(where)) byReason.set(reason, [...known, where]);
  }
  return [...byReason].map(([reason, where]) => `Not measured in a page: ${listed(where)}: ${reason}.`);
}
