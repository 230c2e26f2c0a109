import type { Cell } from "./cells.ts";

/** How often one slice is measured, at the most. */
const MOST_ATTEMPTS = 8;
/** Slices that a launch has at the most, over those that were planned. */
const MOST_SLICES = 2;
/** The same while a transport has no valid one of a scenario: without it the launch, whose preparation took longer, tells nothing of the two. */
const MOST_SLICES_FOR_NONE = 3;

/**
 * Whether the last slice of a transport and scenario is measured again, which has been measured `attempt` times, in a launch of so many slices:
 * those that were planned at first, and those with all that are measured again.
 */
export function isMeasuredAgain(
  {
    slices,
  }: { readonly slices: readonly { readonly record: Pick<Cell["slices"][number]["record"], "void"> }[] },
  attempt: number,
  launch: { readonly planned: number; readonly slices: number },
): boolean {
  if (slices.at(-1)?.record.void === undefined || attempt >= MOST_ATTEMPTS) return false;
  const hasValid = slices.some(({ record }) => record.void === undefined);
  return launch.slices < launch.planned * (hasValid ? MOST_SLICES : MOST_SLICES_FOR_NONE);
}
