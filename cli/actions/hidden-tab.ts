import { EARLY, THROTTLED } from "../../harness/browser/hideable.ts";
import { openBrowser } from "../../harness/browser/open.ts";
import { hiddenTabSchema } from "../../harness/studies/documents.ts";
import { type HiddenFinding, hiddenTab as hide } from "../../harness/studies/hidden-tab.ts";
import { quantity } from "../../reports/prose/format.ts";
import { counted } from "../../reports/prose/text.ts";
import type { HiddenTabFlags } from "../commands/hidden-tab.ts";
import { findBrowser } from "../flags/browser-flags.ts";
import { parseNumber } from "../flags/choices.ts";
import { choosePageTransports } from "../flags/page-transports.ts";
import { openFindings } from "../flags/study.ts";
import { CliFailure } from "../process/failure.ts";
import { onInterruption } from "../process/interruption.ts";

/** Hides a page of each transport at the same time, and tells what became of its connection. */
export async function hiddenTab(flags: HiddenTabFlags): Promise<void> {
  const transports = choosePageTransports(flags.transports ?? "all");
  const bounds = { min: 1, max: 3_600, integer: true };
  const seconds = parseNumber("--duration", flags.duration ?? "150", bounds);
  const found = findBrowser(flags);
  if ("absent" in found) throw new CliFailure(1, found.absent);
  const handOver = await openFindings(hiddenTabSchema, flags);
  const interruption = onInterruption();
  const { signal } = interruption;
  const browser = await openBrowser(found.path, { flags: [EARLY], without: THROTTLED });
  let findings: HiddenFinding[] = [];
  try {
    if (!flags.quiet && !flags.json)
      process.stderr.write(`${counted(transports.length, "page")}, hidden for ${seconds} s ...\n`);
    findings = await Promise.all(transports.map((one) => hide(one, seconds * 1_000, browser, signal)));
  } catch (error) {
    if (!signal.aborted) throw error;
    process.exitCode = 130;
    return;
  } finally {
    await browser.close();
    interruption.dispose();
  }
  const document = { schema: "notif-lab/hidden-tab@1", browser: browser.product, findings };
  await handOver(document, () => render(browser.product, findings));
}

function render(product: string, findings: readonly HiddenFinding[]): string {
  const [first] = findings;
  const timers = Math.max(0, ...findings.map(({ longestTimerMs }) => longestTimerMs));
  const head = [
    `${product}, a page of each transport hidden for ${ms(first?.hiddenMs ?? 0)}, with something published every second.`,
    `A timer of a second came after ${ms(timers)} at the latest.`,
  ];
  return `${[...head, "", ...findings.flatMap(storyOf)].join("\n")}\n`;
}

function storyOf(finding: HiddenFinding): string[] {
  const { transport, published, cameHidden, came, latestMs, losses, toldOfMissed } = finding;
  const connection = losses.length === 0 ? "stayed connected" : `lost its connection ${times(losses.length)}`;
  const missed = published - came;
  return [
    `${transport} ${connection}: ${cameHidden} of ${published} came while it was hidden, the latest after ${ms(latestMs)}.`,
    ...losses.map(({ reason, afterMs, awayMs }) =>
      awayMs === undefined
        ? `  After ${ms(afterMs)}, for good: ${reason}.`
        : `  After ${ms(afterMs)}, for ${ms(awayMs)}: ${reason}.`,
    ),
    ...(came > cameHidden ? [`  ${came - cameHidden} more came when it was shown.`] : []),
    ...(missed > 0
      ? [
          `  ${missed} never came, ${toldOfMissed ? "and the client said so" : "and the client said nothing"}.`,
        ]
      : []),
  ];
}

function times(count: number): string {
  return count === 1 ? "once" : counted(count, "time");
}

function ms(value: number): string {
  return quantity("micros", value * 1_000);
}
