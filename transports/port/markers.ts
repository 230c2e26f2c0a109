/** What charts mark a transport with: by Chart.js's name, its shape as SVG around (7, 7). */
export const MARKERS = {
  circle: '<circle cx="7" cy="7" r="4.5"/>',
  triangle: '<path d="M7 2 12 11.5H2z"/>',
  rect: '<path d="M2.5 2.5h9v9h-9z"/>',
  rectRot: '<path d="M7 1.5 12.5 7 7 12.5 1.5 7z"/>',
  cross: '<path d="M7 1.5v11M1.5 7h11"/>',
  star: '<path d="M7 1.5v11M1.5 7h11M3 3l8 8M3 11l8-8"/>',
  crossRot: '<path d="M3 3l8 8M3 11l8-8"/>',
  rectRounded: '<rect x="2.5" y="2.5" width="9" height="9" rx="3"/>',
};

/** A name in `MARKERS`. */
export type Marker = keyof typeof MARKERS;
