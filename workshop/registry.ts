import type { Lesson } from "./lesson.ts";
import { averages } from "./lessons/averages.ts";
import { badNetworks } from "./lessons/bad-networks.ts";
import { beyondOneNode } from "./lessons/beyond-one-node.ts";
import { decideLesson } from "./lessons/decide.ts";
import { milliseconds } from "./lessons/milliseconds.ts";
import { sixWays } from "./lessons/six-ways.ts";
import { whenThingsDie } from "./lessons/when-things-die.ts";
import { whoPays } from "./lessons/who-pays.ts";

/** Every lesson, in the order in which they build on one another. */
export const lessons: readonly Lesson[] = [
  sixWays,
  milliseconds,
  averages,
  whoPays,
  badNetworks,
  whenThingsDie,
  beyondOneNode,
  decideLesson,
];
