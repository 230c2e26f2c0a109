/**
 * A Williams square of `n` treatments: each row is an order of 0 to n - 1. Over all rows each treatment holds each position and directly
 * follows each other one equally often: once with the n rows of an even n, twice with the 2n rows of an odd one, which needs a pair of
 * squares (Williams 1949, Experimental designs balanced for the estimation of residual effects of treatments, Aust. J. Sci. Res. A2).
 */
export function williamsRows(n: number): number[][] {
  // 0, 1, n-1, 2, n-2 ...: its steps are all different modulo n, so that shifting it makes every succession.
  const zigzag = Array.from({ length: n }, (_, at) => (at % 2 === 1 ? (at + 1) / 2 : (n - at / 2) % n));
  const square = Array.from({ length: n }, (_, shift) => zigzag.map((one) => (one + shift) % n));
  return n % 2 === 0 || n === 1 ? square : [...square, ...square.map((row) => row.toReversed())];
}
