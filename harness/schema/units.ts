import { z } from "zod";

/** Microseconds, not negative. */
export const micros = z.number().nonnegative();
export const count = z.int().nonnegative();
/** Any number from 0 on. */
export const ratio = z.number().nonnegative();
/** From 0 to 1. */
export const share = z.number().min(0).max(1);
