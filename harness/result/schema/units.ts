import { z } from "zod";

/** Microseconds, not negative. */
export const micros = z.number().nonnegative();
export const count = z.int().nonnegative();
/** Any number from 0 on. */
export const ratio = z.number().nonnegative();
/** From 0 to 1. */
export const share = z.number().min(0).max(1);

/** The most that a run can ask for, and so the most that its results can tell of. */
export const MOST_BLOCKS = 1_000;
export const MOST_LOAD_PROCESSES = 64;
export const MOST_SEED = 0x7fff_ffff;
/** Transports, and scenarios. */
export const MOST_NAMED = 200;
/** Second attempts included. */
export const MOST_TRIALS = 100_000;
