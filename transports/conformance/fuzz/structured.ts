import { seedOf } from "../../../core/random.ts";
import { Dice } from "./dice.ts";
import { inParallel } from "./in-parallel.ts";
import { type Grammar, type Input, settingOf } from "./input.ts";
import { play, type Scene } from "./play.ts";

export interface Structured {
  /** The transport's name, with its variant. */
  readonly transport: string;
  readonly grammar: Grammar;
  readonly seed: number;
}

/** One input of the sequence that a seed stands for. */
export function inputAt({ transport, grammar, seed }: Structured, index: number): Input {
  const dice = new Dice(seedOf(seed, index));
  const resets = dice.chance(0.2);
  return { steps: grammar(dice, settingOf(transport, index)), resets };
}

/** What of a sequence is sent, and who is told. */
export interface Passage {
  readonly from: number;
  readonly inputs: number;
  readonly atOnce: number;
  /** Asked before each input: false ends it early. */
  readonly goesOn?: (index: number) => boolean;
  readonly done?: (index: number) => void;
}

/** Each loopback address has some 28,000 ports of its own, and a closed connection keeps one for a minute. */
const INPUTS_AN_ADDRESS = 2_000;

/** Sends a passage of the sequence, several inputs at a time. */
export async function sendStructured(sequence: Structured, scene: Scene, passage: Passage): Promise<void> {
  const { from, inputs, atOnce, goesOn, done } = passage;
  const manyPorts = inputs > INPUTS_AN_ADDRESS;
  await inParallel(inputs, atOnce, async (step) => {
    const index = from + step;
    if (goesOn?.(index) === false) return;
    const localAddress = `127.0.0.${1 + (Math.floor(step / INPUTS_AN_ADDRESS) % 250)}`;
    await play({ ...scene, ...(manyPorts ? { localAddress } : {}) }, inputAt(sequence, index));
    done?.(index);
  });
}
