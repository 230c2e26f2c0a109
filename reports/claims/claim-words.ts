import type { Arithmetic, Claim } from "../../claims/claim.ts";
import type { ClaimsDocument, Finding, ReadingFinding } from "../../claims/document.ts";
import { ARITHMETIC_TOLERANCE, addsUp, VERDICTS, type Verdict } from "../../claims/verdict.ts";
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
    ...deciding.filter((one) => !isOpen(one)).map((one) => toldText(one, deciding)),
    ...deciding.filter(isOpen).map((one) => (deciding.length === 1 ? one.because : openText(one))),
    ...probably.map((one) => `${roleText(one, one.verdict)}: ${one.meaning}: ${one.because}`),
  ].join(" ");
}

/** What a reading found, behind its part of the sentence, and behind what sets it apart where there are others of the same part. */
function toldText(reading: ReadingFinding, all: readonly ReadingFinding[]): string {
  const { part, meaning, because, kind, verdict } = reading;
  const others = all.filter((one) => one !== reading && one.part === part).map((one) => one.meaning);
  if (others.length === 0) return part === undefined ? because : `${capitalised(part)}: ${because}`;
  // What was measured says itself whether it agrees.
  const short = apart(meaning, others) + (kind === "stated" ? ` (${verdict.replace(" here", "")})` : "");
  return `${capitalised(part === undefined ? short : `${part}, ${short}`)}: ${because}`;
}

/** The shortest beginning of a meaning, up to a colon, a comma or a bracket, that none of the others has. */
function apart(meaning: string, others: readonly string[]): string {
  const ends = [...meaning.matchAll(/:|,| \(/g)].map(({ index }) => index);
  const isBalanced = (text: string) => text.split("(").length === text.split(")").length;
  const beginnings = ends.map((end) => meaning.slice(0, end)).filter(isBalanced);
  return beginnings.find((text) => others.every((other) => !other.startsWith(text))) ?? meaning;
}

function openText({ part, meaning, because }: ReadingFinding): string {
  return `Left open${part === undefined ? "" : ` (${part})`}: ${meaning}. ${because}`;
}

/** When a claim's figures were measured, and by which commands where that is not the page's own alone. */
export function measuredText({ measured = [] }: Finding, command: string): string | undefined {
  if (measured.length === 0) return undefined;
  const [only] = measured;
  if (only && isOwn(measured, command)) return `Measured ${spanText(only.from, only.to)}.`;
  return `Measured ${measured.map((one) => `${spanText(one.from, one.to)} by ${one.command}`).join("; ")}.`;
}

/** The command, and that there were earlier ones where figures are theirs. */
export function commandsText({ command, findings }: Pick<ClaimsDocument, "command" | "findings">): string {
  const isAlone = findings.every(({ measured = [] }) => isOwn(measured, command));
  return isAlone ? command : `${command}, and earlier commands`;
}

function isOwn(measured: NonNullable<Finding["measured"]>, command: string): boolean {
  return measured.every((one) => one.command === command);
}

/** "2026-02-03 04:05 to 04:15 UTC", with both days where they differ. */
function spanText(from: string, to: string): string {
  const minute = (time: string) => time.slice(0, 16).replace("T", " ");
  const [first, last] = [minute(from), minute(to)];
  if (first === last) return `${first} UTC`;
  return `${first} to ${first.slice(0, 10) === last.slice(0, 10) ? last.slice(11) : last} UTC`;
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

/** What the sentence's own numbers make, how far that is from what it says, and how far it may be. */
export function arithmeticText(check: Arithmetic): string {
  const { follows, claimed, derived, tolerance = ARITHMETIC_TOLERANCE } = check;
  const number = (value: number) => Number(value.toPrecision(4)).toLocaleString("en-US");
  const percent = (share: number) => `${Number((100 * share).toPrecision(2)).toLocaleString("en-US")} %`;
  const far = `${percent(Math.abs(follows - claimed) / Math.abs(claimed))} off, and up to ${percent(tolerance)} is allowed`;
  const made = `its numbers make ${number(follows)}`;
  if (!addsUp(check)) return `${made}, not ${number(claimed)} (${far})`;
  if (derived) return `${made}, which is what is tried`;
  if (number(follows) === number(claimed)) return `${made}, as it says`;
  return `${made}, near the ${number(claimed)} that it says (${far})`;
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
