import { createRandom, randomInt } from "../../../core/random.ts";

/** Seeded choices: the same seed makes the same input again, so that one input of a hundred thousand can be had alone. */
export class Dice {
  readonly #random: () => number;

  constructor(seed: number) {
    this.#random = createRandom(seed);
  }

  /** A whole number in [0, below). */
  below(below: number): number {
    return randomInt(this.#random, below);
  }

  /** A whole number from one to the other, both included. */
  from(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  chance(probability: number): boolean {
    return this.#random() < probability;
  }

  pick<T>(choices: readonly [T, ...T[]]): T {
    return choices[this.below(choices.length)] ?? choices[0];
  }

  bytes(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.below(256)));
  }
}
