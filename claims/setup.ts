import type { Mode, Setup, Sized } from "./claim.ts";

/** The number that a mode takes. */
export function sizedFor(size: Sized, mode: Mode): number {
  return typeof size === "number" ? size : size[mode];
}

/** A set-up in words; two set-ups are the same experiment where these are the same. */
export function labelOf(setup: Setup, mode: Mode): string {
  const { scenario, connections, rate, payload, duration, warmup, link, closedLoop } = setup;
  const given = (size: Sized | undefined, words: (number: string) => string) =>
    size === undefined ? [] : [words(sizedFor(size, mode).toLocaleString("en-US"))];
  return [
    scenario,
    ...given(connections, (number) => `${number} connections`),
    ...given(rate, (number) => `${number}/s`),
    ...given(payload, (number) => `${number} characters`),
    ...(link === undefined ? [] : [`link ${link}`]),
    ...given(duration, (number) => `${number} s`),
    ...given(warmup, (number) => `after ${number} s of warm-up`),
    ...(closedLoop ? ["closed loop"] : []),
  ].join(", ");
}

/** A link with that round trip and nothing else; none for 0. */
export function roundTrip(ms: number): Pick<Setup, "link"> {
  return ms === 0 ? {} : { link: `delay=${ms / 2}ms` };
}
