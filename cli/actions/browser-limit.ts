import { openBrowser } from "../../harness/browser/open.ts";
import {
  type Held,
  type LimitFinding,
  browserLimit as limitOf,
} from "../../harness/studies/browser-limit.ts";
import { browserLimitSchema } from "../../harness/studies/documents.ts";
import { quantity } from "../../reports/prose/format.ts";
import { counted } from "../../reports/prose/text.ts";
import type { BrowserLimitFlags } from "../commands/browser-limit.ts";
import { findBrowser } from "../flags/browser-flags.ts";
import { parseNumber } from "../flags/choices.ts";
import { choosePageTransports } from "../flags/page-transports.ts";
import { tell } from "../flags/rules.ts";
import { openFindings } from "../flags/study.ts";
import { CliFailure } from "../process/failure.ts";
import { onInterruption } from "../process/interruption.ts";

const USUAL = "sse,long-polling,websocket";
const MOST = 100;

/** Opens more and more clients in a page, on one transport after the other, and tells what waits. */
export async function browserLimit(flags: BrowserLimitFlags): Promise<void> {
  const transports = choosePageTransports(flags.transports ?? USUAL);
  const bounds = { min: 1, max: MOST, integer: true };
  const asked = parseNumber("--connections", flags.connections ?? "7", bounds);
  const found = findBrowser(flags);
  if ("absent" in found) throw new CliFailure(1, found.absent);
  const handOver = await openFindings(browserLimitSchema, flags);
  const interruption = onInterruption();
  const { signal } = interruption;
  const findings: LimitFinding[] = [];
  const browser = await openBrowser(found.path);
  try {
    for (const transport of transports) {
      if (!flags.quiet && !flags.json) process.stderr.write(`${transport.name} ...\n`);
      findings.push(...(await limitOf(transport, asked, browser, signal)));
    }
  } catch (error) {
    if (!signal.aborted) throw error;
    process.exitCode = 130;
    tell(["interrupted; the transports that were not done are left out"]);
  } finally {
    await browser.close();
    interruption.dispose();
  }
  const document = { schema: "notif-lab/browser-limit@1", browser: browser.product, findings };
  await handOver(document, () => render(browser.product, findings));
}

function render(product: string, findings: readonly LimitFinding[]): string {
  return `${[`${product}, one page`, "", ...findings.flatMap(storyOf)].join("\n")}\n`;
}

function storyOf({
  transport,
  over,
  asked,
  openedMs,
  waiting,
  publishMs,
  connections,
}: LimitFinding): string[] {
  const slowest = openedMs.length > 0 ? `, the slowest in ${ms(Math.max(...openedMs))}` : "";
  const on = connections === undefined ? "" : ` on ${counted(connections, "connection")}`;
  const by = over === "WebSocket" ? transport : `${transport} over ${over}`;
  const head = `${by}: ${openedMs.length} of ${asked} clients opened${on}${slowest}.`;
  if (!waiting)
    return [head, ...(publishMs === undefined ? [] : [`  A publish beside them took ${ms(publishMs)}.`])];
  return [
    head,
    `  Client ${openedMs.length + 1} ${story(waiting.client)}.`,
    `  A publish by one of the open clients ${story(waiting.publish)}.`,
  ];
}

function story({ heldMs, thenMs }: Held): string {
  return `waited ${ms(heldMs)}, until the lab closed another client, and then took ${ms(thenMs)}`;
}

function ms(value: number): string {
  return quantity("micros", value * 1_000);
}
