/** How late sends were in the first and the last third of the measured time, by their due times; microseconds. */
export interface LagTrend {
  /** The sends that were due in each. */
  readonly sends: { readonly first: number; readonly last: number };
  /** The least lag of each: a pause leaves it alone, falling behind does not. 0 where no send was due. */
  readonly leastUs: { readonly first: number; readonly last: number };
  /** The lag of the very last send. */
  readonly endUs: number;
}

/** Takes the lag of each send in order; a few comparisons, since it runs in the way of what is measured. */
export class LagTrendRecorder {
  readonly #firstEndsUs: number;
  readonly #lastBeginsUs: number;
  #first = 0;
  #last = 0;
  #leastFirstUs = Number.POSITIVE_INFINITY;
  #leastLastUs = Number.POSITIVE_INFINITY;
  #endUs = 0;

  constructor(measuredUs: number) {
    this.#firstEndsUs = measuredUs / 3;
    this.#lastBeginsUs = (2 * measuredUs) / 3;
  }

  /** `dueUs` counts from the beginning of the measured time. */
  record(dueUs: number, lagUs: number): void {
    this.#endUs = lagUs;
    if (dueUs >= this.#lastBeginsUs) {
      this.#last += 1;
      if (lagUs < this.#leastLastUs) this.#leastLastUs = lagUs;
    } else if (dueUs < this.#firstEndsUs) {
      this.#first += 1;
      if (lagUs < this.#leastFirstUs) this.#leastFirstUs = lagUs;
    }
  }

  trend(): LagTrend {
    return {
      sends: { first: this.#first, last: this.#last },
      leastUs: {
        first: this.#first > 0 ? this.#leastFirstUs : 0,
        last: this.#last > 0 ? this.#leastLastUs : 0,
      },
      endUs: this.#endUs,
    };
  }
}
