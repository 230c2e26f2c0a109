import type { WorkshopFlags } from "../commands/workshop.ts";
import { usage } from "../process/failure.ts";

/** What the command is asked for. */
type Use = "list" | "lesson" | "summary" | "reset" | "page" | "instructor";

const NAMES: Readonly<Record<Use, string>> = {
  list: "the list of lessons",
  lesson: "a lesson in the terminal",
  summary: "summary",
  reset: "reset",
  page: "--page",
  instructor: "--instructor",
};

/** The flags that say something about some uses alone; all others go with each. */
const GOES_WITH: readonly (readonly [flag: keyof WorkshopFlags, ...uses: Use[]])[] = [
  ["again", "lesson"],
  ["answers", "lesson"],
  ["json", "list"],
  ["name", "summary"],
  ["out", "summary", "instructor"],
  ["port", "page"],
];

/**
 * Fails with one line where something that was typed would count for nothing. `words` are the flags of a file, which are for all uses: those that are for
 * another one are left out silently.
 */
export function assertFitting(
  what: string | undefined,
  which: string | undefined,
  flags: WorkshopFlags,
  words: readonly string[],
): void {
  if (which !== undefined && what !== "reset")
    throw usage(`workshop takes one word, not "${what}" and "${which}"; only reset takes a lesson as well`);
  if (flags.instructor && what !== undefined)
    throw usage(`--instructor is about all lessons; leave out --instructor, or "${what}"`);
  const isTyped = (flag: keyof WorkshopFlags) => flags[flag] !== undefined && !words.includes(`--${flag}`);
  const use = useOf(what, flags);
  if (isTyped("page") && use !== "page")
    throw usage(`--page shows lessons; leave out --page, or ${NAMES[use]}`);
  for (const [flag, ...uses] of GOES_WITH) {
    if (!isTyped(flag) || uses.includes(use)) continue;
    const fitting = uses.map((one) => NAMES[one]).join(" and ");
    throw usage(`--${flag} goes with ${fitting}, not with ${NAMES[use]}; leave it out`);
  }
}

function useOf(what: string | undefined, { instructor, page }: WorkshopFlags): Use {
  if (instructor) return "instructor";
  if (what === "summary" || what === "reset") return what;
  if (page) return "page";
  return what === undefined ? "list" : "lesson";
}
