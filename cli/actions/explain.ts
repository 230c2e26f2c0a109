import { LabError } from "../../core/errors.ts";
import { DEFAULT_BODY, runJourney } from "../../harness/journey/run.ts";
import type { Journey } from "../../harness/result/result.ts";
import { renderJourney } from "../../reports/journey/text.ts";
import { inTheClear } from "../../transports/port/tls.ts";
import {
  defaultTransports,
  installedHere,
  transports,
  transportsIfInstalled,
} from "../../transports/registry.ts";
import type { ExplainFlags } from "../commands/explain.ts";
import { parseChoices } from "../flags/choices.ts";
import { withFurther } from "../flags/transport-choice.ts";
import { terminalOptions } from "../output/render.ts";
import { CliFailure, usage } from "../process/failure.ts";
import { onInterruption } from "../process/interruption.ts";

const MOST_CHARACTERS = 16_384;

/** Records one notification's journey on each of the transports and shows it; with `--json` the whole records, a list. */
export async function explain(names: string | undefined, flags: ExplainFlags): Promise<void> {
  const encrypted = names?.split(",").find((name) => inTheClear(name.trim()) !== undefined);
  if (encrypted !== undefined)
    throw usage(`over TLS the bytes can't be explained; explain ${inTheClear(encrypted.trim())}`);
  const all = names?.trim() === "all";
  const known = [...transports, ...(all ? await installedHere() : transportsIfInstalled)];
  const chosen =
    names === undefined
      ? defaultTransports
      : parseChoices("transport", names, withFurther(names.split(","), known));
  for (const { name, missing } of chosen) {
    const reason = await missing?.();
    if (reason !== undefined) throw new CliFailure(1, `${name} can't be explained here: ${reason}`);
  }
  const silent = all ? [] : chosen.filter(({ dissector }) => !dissector);
  if (silent[0])
    throw usage(
      `${silent[0].name} runs inside one process and puts no bytes on a network; choose another transport`,
    );
  const style = terminalOptions();
  const body = flags.body ?? DEFAULT_BODY;
  if (body === "" || body.length > MOST_CHARACTERS)
    throw usage(`--body takes 1 to ${MOST_CHARACTERS} characters, not ${body.length}`);
  const journeys: Journey[] = [];
  const interruption = onInterruption();
  try {
    for (const { name } of chosen.filter(({ dissector }) => dissector)) {
      const journey = await runJourney({ name }, body, interruption.signal);
      if (flags.json) journeys.push(journey);
      else {
        const gap = journeys.push(journey) > 1 ? "\n\n" : "";
        process.stdout.write(
          gap + renderJourney(journey, { ...style, unicode: style.unicode && flags.ascii !== true }),
        );
      }
    }
  } catch (error) {
    if (interruption.signal.aborted) {
      process.exitCode = 130;
      return;
    }
    throw new CliFailure(1, `${LabError.from(error).message}; try again on a machine that is less busy`, {
      cause: error,
    });
  } finally {
    interruption.dispose();
  }
  if (flags.json) process.stdout.write(`${JSON.stringify(journeys, null, 2)}\n`);
}
