/** A run of as many launches as fit into its time; `blocks` are the most of them. */
export interface Fitting {
  /** So many are run in any case. */
  readonly least: number;
  /** No further launch is begun that would probably end later than this after the run began, or went on. */
  readonly seconds: number;
}

/** Where such a run is. */
interface Course {
  readonly done: number;
  readonly most: number;
  /** Since it began. */
  readonly spentSeconds: number;
  /** What the slowest launch so far took, or one is estimated to take. */
  readonly slowestSeconds: number;
}

/** How many launches such a run will have, by what they took so far. Only time decides, and no look at what was measured. */
export function launchesThatFit({ least, seconds }: Fitting, course: Course): number {
  const { done, most, spentSeconds, slowestSeconds } = course;
  const further = Math.max(0, Math.floor((seconds - spentSeconds) / slowestSeconds));
  return Math.min(most, Math.max(least, done + further));
}

/** How many launches a run has, as far as it can be told. `launches`: those that are still to be run, in their order. */
export class LaunchCount {
  readonly #fitting: Fitting | undefined;
  readonly #most: number;
  readonly #began = performance.now();
  #slowest = 0;
  /** At first the most. */
  all: number;
  /** With a guess of how long one takes, until one is over. */
  expected: number;

  constructor(
    { fitting, blocks }: { readonly fitting?: Fitting; readonly blocks: number },
    launches: readonly number[],
    estimatedSeconds: number,
  ) {
    // What an earlier part of the run has of later launches is to keep its place among those before it.
    const kept = Array.from({ length: blocks }, (_, launch) => launch).filter(
      (one) => !launches.includes(one),
    );
    const [first = blocks] = launches;
    const afterKept = Math.max(-1, ...kept) + 1;
    this.#fitting = fitting && { ...fitting, least: Math.max(fitting.least, afterKept) };
    this.#most = blocks;
    this.all = blocks;
    this.expected = this.#counted(first, estimatedSeconds);
  }

  /** So many launches are there now, the latest of which took so long. */
  add(done: number, seconds: number): void {
    this.#slowest = Math.max(this.#slowest, seconds);
    this.all = this.#counted(done, this.#slowest);
    this.expected = this.all;
  }

  #counted(done: number, slowestSeconds: number): number {
    const spentSeconds = (performance.now() - this.#began) / 1_000;
    if (!this.#fitting) return this.#most;
    return launchesThatFit(this.#fitting, { done, most: this.#most, spentSeconds, slowestSeconds });
  }
}
