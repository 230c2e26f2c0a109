/** A length of time that is still to come or about: "90 s", "12 min", "1.7 h", rounded up. Measured times have `quantity()`. */
export function durationText(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 100) return `${whole} s`;
  const minutes = Math.ceil(whole / 60);
  return minutes < 100 ? `${minutes} min` : `${(minutes / 60).toFixed(1)} h`;
}
