/** The learner has left in the middle of a lesson. */
export class Interrupted extends Error {
  constructor() {
    super("interrupted");
  }
}
