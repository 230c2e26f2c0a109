/** An answer that can't be one; the message says what would be. */
export class WrongAnswer extends Error {}
