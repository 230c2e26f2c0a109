import type { Arithmetic, Claim } from "../../claims/claim.ts";
import type { Finding, ReadingFinding } from "../../claims/document.ts";
import { addsUp, VERDICTS, type Verdict } from "../../claims/verdict.ts";
import { capitalised, counted } from "../prose/text.ts";

/*
 * What is said of a claim as a whole, the same in every format.
 */

interface Role {
  readonly role?: ReadingFinding["role"];
  readonly part?: string | undefined;
}

/** What a reading is to its claim; they probably measured only what was measured here, and agrees. */
export function roleText({ role = "claim", part }: Role, verdict?: Verdict): string {
  if (role === "beside") return "Beside it";
  if (role === "probably") return `What they ${agrees(verdict) ? "probably" : "may have"} measured`;
  return part === undefined ? "Read as" : `Part of it (${part})`;
}

function agrees(verdict: Verdict | undefined): boolean {
  return verdict === "holds here" || verdict === "holds under these conditions";
}

/** What the readings say that decide, then those that leave something open, then what they probably measured. */
export function becauseOf(readings: readonly ReadingFinding[]): string {
  const deciding = readings.filter(({ role }) => role === "claim");
  const isOpen = ({ verdict }: ReadingFinding) => verdict === "can't be told";
  const probably = readings.filter(
    ({ role, kind, verdict }) => role === "probably" && kind === "measured" && agrees(verdict),
  );
  return [
    ...deciding.filter((one) => !isOpen(one)).map(toldText),
    ...deciding.filter(isOpen).map((one) => (deciding.length === 1 ? one.because : openText(one))),
    ...probably.map((one) => `${roleText(one, one.verdict)}: ${one.meaning}: ${one.because}`),
  ].join(" ");
}

function toldText({ part, because }: ReadingFinding): string {
  return part === undefined ? because : `${capitalised(part)}: ${because}`;
}

function openText({ meaning, because }: ReadingFinding): string {
  return `Left open: ${meaning}. ${because}`;
}

/** "Title, 2020"; "Title, undated". */
export function datedTitle({ title, year }: Claim["source"]): string {
  return `${title}, ${year ?? "undated"}`;
}

/** "Title, 2020, https://...". */
export function sourceText(source: Claim["source"]): string {
  return `${datedTitle(source)}, ${source.address ?? "no address"}`;
}

/** How many claims have which verdict. */
export function countsText(findings: readonly Pick<Finding, "verdict">[]): string {
  const counts = VERDICTS.flatMap((verdict) => {
    const count = findings.filter((one) => one.verdict === verdict).length;
    return count === 0 ? [] : [`${verdict} ${count}`];
  });
  return `${counted(findings.length, "claim")}: ${counts.join(", ")}.`;
}

/** What the sentence's own numbers make. */
export function arithmeticText(check: Arithmetic): string {
  const { follows, claimed, derived } = check;
  const number = (value: number) => Number(value.toPrecision(4)).toLocaleString("en-US");
  if (!addsUp(check)) return `its numbers make ${number(follows)}, not ${number(claimed)}`;
  const isExact = number(follows) === number(claimed);
  const so = derived
    ? "which is what is tried"
    : isExact
      ? "as it says"
      : `near the ${number(claimed)} that it says`;
  return `its numbers make ${number(follows)}, ${so}`;
}

/** The checks of a sentence's numbers as the document has them: the first, with the others behind it. */
export function arithmeticOf(checks: readonly Arithmetic[]): Pick<Finding, "arithmetic"> {
  const [first, ...others] = checks;
  if (!first) return {};
  const texts = [arithmeticText(first), ...others.map((one) => `${one.says}: ${arithmeticText(one)}`)];
  return {
    arithmetic: {
      says: first.says,
      holds: checks.every((one) => addsUp(one)),
      text: texts.join("; "),
    },
  };
}
