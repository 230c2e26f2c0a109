/** Between two renderings of the same: figures that change faster can't be read, and cost more than they show. */
const PACE_MS = 100;

/** Draws what has changed, at most one thing in each frame, so that none takes long; each in its turn, and at most ten times a second. */
export interface Frames {
  changed(draw: () => void): void;
}

export function createFrames(): Frames {
  const waiting = new Set<() => void>();
  const drawn = new WeakMap<() => void, number>();
  let asked = false;
  const frame = (now: number) => {
    for (const draw of waiting) {
      if (now - (drawn.get(draw) ?? Number.NEGATIVE_INFINITY) < PACE_MS) continue;
      waiting.delete(draw);
      drawn.set(draw, now);
      draw();
      break;
    }
    asked = waiting.size > 0;
    if (asked) requestAnimationFrame(frame);
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
