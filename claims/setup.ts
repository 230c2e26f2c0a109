import type { Mode, Setup, Sized } from "./claim.ts";

/** The number that a mode takes. */
export function sizedFor(size: Sized, mode: Mode): number {
  return typeof size === "number" ? size : size[mode];
}

/** A set-up in words; two set-ups are the same experiment where these are the same. */
export function labelOf(setup: Setup, mode: Mode): string {
  const { scenario, connections, rate, payload, duration, link, closedLoop } = setup;
  const number = (size: Sized) => sizedFor(size, mode).toLocaleString("en-US");
  return [
    scenario,
    connections && `${number(connections)} connections`,
    rate && `${number(rate)}/s`,
    payload && `${number(payload)} characters`,
    link && `link ${link}`,
    duration && `${number(duration)} s`,
    closedLoop && "closed loop",
  ]
    .filter(Boolean)
    .join(", ");
}

/** A link with that round trip and nothing else; none for 0. */
export function roundTrip(ms: number): Pick<Setup, "link"> {
  return ms === 0 ? {} : { link: `delay=${ms / 2}ms` };
}
