import { memo } from "react";

const WIDTH = 120;
const HEIGHT = 28;
/** So that a line of single milliseconds does not look like a storm. */
const LEAST_TOP_MS = 10;

/** The last latencies as a line from zero up; a gap where one is not known. */
export const Sparkline = memo(({ values, color }: { values: readonly (number | null)[]; color: string }) => {
  const top = Math.max(LEAST_TOP_MS, ...values.map((value) => value ?? 0));
  const step = WIDTH / 59;
  let pen = "M";
  let path = "";
  values.forEach((value, index) => {
    if (value === null) {
      pen = "M";
      return;
    }
    const x = WIDTH - (values.length - 1 - index) * step;
    path += `${pen}${x.toFixed(1)} ${(HEIGHT - 2 - (value / top) * (HEIGHT - 4)).toFixed(1)}`;
    pen = "L";
  });
  return (
    <svg
      className="sparkline"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <path d={path} fill="none" stroke={color} strokeWidth="1.5" vectorEffect="non-scaling-stroke" />
    </svg>
  );
});
