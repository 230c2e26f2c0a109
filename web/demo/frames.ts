/** Between two renderings: figures that change faster can't be read, and cost more than they show. */
const PACE_MS = 100;

/** Draws what has changed: in the next frame, and then at most ten times a second. */
export interface Frames {
  changed(draw: () => void): void;
}

export function createFrames(): Frames {
  const waiting = new Set<() => void>();
  let asked = false;
  let drawn = Number.NEGATIVE_INFINITY;
  const frame = (now: number) => {
    if (now - drawn < PACE_MS) {
      requestAnimationFrame(frame);
      return;
    }
    asked = false;
    drawn = now;
    const draws = [...waiting];
    waiting.clear();
    for (const draw of draws) draw();
  };
  return {
    changed: (draw) => {
      waiting.add(draw);
      if (asked) return;
      asked = true;
      requestAnimationFrame(frame);
    },
  };
}
