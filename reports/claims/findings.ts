import type { Claim, Claimed, Measured, Mode, Place, Reading } from "../../claims/claim.ts";
import { combined } from "../../claims/combined.ts";
import type { Finding, PlaceFinding, ReadingFinding } from "../../claims/document.ts";
import { withOwnPart } from "../../claims/own-part.ts";
import { labelOf, sizedFor } from "../../claims/setup.ts";
import {
  addsUp,
  agreeing,
  judge,
  type Outcome,
  scaledDown,
  turnsOf,
  verdictOf,
} from "../../claims/verdict.ts";
import type { Trial } from "../../harness/result/result.ts";
import { estimateOf } from "../../harness/statistics/estimate.ts";
import { capitalised, listed } from "../prose/text.ts";
import { arithmeticOf, becauseOf } from "./claim-words.ts";
import { metricOf, valuesOf } from "./values.ts";
import { BY_OTHERS, bestTexts, beyondText, figureText, figureUnit, placesText, turnText } from "./words.ts";

/** What was measured, as far as it was. */
export interface Evidence {
  /** The trials of these transports in one run of an experiment, or why there are none. */
  trials(experiment: string, transports: readonly string[]): readonly Trial[] | string;
  /** Why a transport can't be measured here; undefined where it can. */
  lacking(transport: string): string | undefined;
}

/** The transports that a reading compares. */
export function transportsOf({ figure: { of, over } }: Measured): string[] {
  return [...new Set([of.transport, ...(over ? [over.transport] : [])])];
}

/** A claim's verdict and all that it rests on; of what was not measured it says so. */
export function findingOf(claim: Claim, mode: Mode, evidence: Evidence): Finding {
  const { id, sentence, source, notRead, arithmetic = [] } = claim;
  const readings = claim.readings.map((reading) => readingFinding(reading, mode, evidence));
  const deciding = notRead === undefined ? readings.filter(({ role }) => role === "claim") : [];
  const isSound = arithmetic.every((check) => addsUp(check));
  return {
    id,
    sentence,
    source,
    verdict: combined(deciding, isSound),
    because: notRead === undefined ? becauseOf(readings) : `Not read: ${notRead}.`,
    ...arithmeticOf(arithmetic),
    readings,
  };
}

function readingFinding(reading: Reading, mode: Mode, evidence: Evidence): ReadingFinding {
  if (reading.kind === "measured") return measuredFinding(reading, mode, evidence);
  const common = { ...describedBy(reading), parts: [], places: [], turns: [] };
  if (reading.kind === "untried")
    return { ...common, verdict: "can't be told", because: `Not tried: ${reading.because}.` };
  const { verdict, because, by } = reading;
  return { ...common, verdict, because: `${capitalised(because)} (${BY_OTHERS}).`, by };
}

function describedBy({ meaning, role = "claim", part, kind }: Reading) {
  return { meaning, role, kind, ...(part === undefined ? {} : { part }) };
}

function measuredFinding(reading: Measured, mode: Mode, evidence: Evidence): ReadingFinding {
  const { figure, claimed, axis, scaled = [] } = reading;
  const unit = figureUnit(figure, metricOf(figure.of));
  const places = reading.places.map((place) => placeFinding(reading, place, mode, evidence));
  const tried = places.flatMap(({ at, outcome }) => (isTried(outcome) ? [{ at, outcome }] : []));
  const isScaled = places.some(({ scale }) => scale !== undefined);
  const asTried = verdictOf(places.map(({ outcome }) => outcome));
  const turns = turnsOf(tried, claimed);
  const shown = { unit, axis, as: figure.as };
  return {
    ...describedBy(reading),
    verdict: isScaled ? scaledDown(asTried) : asTried,
    because: [
      placesText(places, figure, claimed, shown),
      ...bestTexts(places, figure),
      ...turns.map((turn) => turnText(turn, axis)),
      ...(isScaled ? beyondText(asTried, scaled) : []),
    ].join(" "),
    figure: figureText(figure),
    unit,
    as: figure.as ?? "mean",
    claimed: claimed.says,
    says: endsOf(claimed),
    agreeing: endsOf(agreeing(claimed)),
    parts: figure.over
      ? [figure.of, figure.over].map((term) => ({ transport: term.transport, unit: metricOf(term).unit }))
      : [],
    ...(axis === undefined ? {} : { axis }),
    places,
    turns,
  };
}

function endsOf({ low, high }: Pick<Claimed, "low" | "high">): Pick<Claimed, "low" | "high"> {
  return {
    ...(low !== undefined && Number.isFinite(low) ? { low } : {}),
    ...(high !== undefined && Number.isFinite(high) ? { high } : {}),
  };
}

function isTried(outcome: PlaceFinding["outcome"]): outcome is PlaceFinding["outcome"] & Outcome {
  return outcome.state !== "left out";
}

function placeFinding(
  reading: Measured,
  { setup, at, fullOnly }: Place,
  mode: Mode,
  evidence: Evidence,
): PlaceFinding {
  const experiment = labelOf(setup, mode);
  const where = {
    experiment,
    parts: [],
    ...(at === undefined ? {} : { at }),
    ...scaleOf(reading, setup, mode),
  };
  const nothing = (reason: string) => ({ state: "void" as const, blocks: 0, reason });
  if (fullOnly && mode === "quick")
    return { ...where, outcome: { state: "left out", blocks: 0, reason: "--quick leaves it out" } };
  const transports = transportsOf(reading);
  const lacking = transports.flatMap((one) => evidence.lacking(one) ?? []);
  if (lacking.length > 0) return { ...where, outcome: nothing(lacking.join("; ")) };
  const trials = evidence.trials(experiment, transports);
  if (typeof trials === "string") return { ...where, outcome: nothing(trials) };
  const { claimed, figure, own } = reading;
  const { values, parts, missing, outOf } = valuesOf(figure, trials);
  return {
    ...where,
    parts: values.length === 0 ? [] : parts.map((some) => estimateOf(some).value),
    outcome: {
      ...withOwnPart(judge(values, claimed, figure.as, missing), claimed, own),
      ...(outOf && values.length > 0 ? { outOf } : {}),
    },
  };
}

function scaleOf({ scaled = [] }: Measured, setup: Place["setup"], mode: Mode): { scale?: string } {
  const shares = scaled.flatMap(({ what, claimed, of }) => {
    const tried = setup[of];
    const factor = tried === undefined ? 1 : claimed / sizedFor(tried, mode);
    const share = `1/${Number(factor.toPrecision(2)).toLocaleString("en-US")}`;
    return factor > 1 ? [`${share} of the ${claimed.toLocaleString("en-US")} ${what}`] : [];
  });
  return shares.length === 0 ? {} : { scale: `tried at ${listed(shares)}` };
}
