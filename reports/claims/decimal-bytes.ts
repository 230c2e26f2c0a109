const SCALES = [
  ["GB", 1e9],
  ["MB", 1e6],
  ["kB", 1e3],
] as const;

/** Bytes as the sentences of guides have them, in thousands: "5.90 kB", "872 B". The lab's other reports write KiB, of 1,024. */
export function decimalBytes(bytes: number): string {
  const [suffix, size] = SCALES.find(([, one]) => Math.abs(bytes) >= one) ?? ["B", 1];
  const value = bytes / size;
  const whole = Math.max(1, Math.floor(Math.log10(Math.abs(value) || 1)) + 1);
  const digits = Math.max(0, 3 - whole);
  const number = value.toLocaleString("en-US", {
    minimumFractionDigits: suffix === "B" ? 0 : digits,
    maximumFractionDigits: digits,
  });
  return `${number} ${suffix}`;
}
