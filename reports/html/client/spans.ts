import type { Plugin } from "chart.js";
import type { Span } from "../chart.ts";
import { colorOf } from "./theme.ts";

/** Draws spans of time as shaded bands behind the lines, with their names on top. */
export function spansPlugin(spans: readonly Span[]): Plugin {
  return {
    id: "spans",
    beforeDatasetsDraw({ ctx, chartArea, scales: { x } }) {
      if (!x) return;
      for (const { from, to, text } of spans) {
        const left = x.getPixelForValue(from);
        const right = x.getPixelForValue(to);
        ctx.save();
        ctx.beginPath();
        ctx.rect(chartArea.left, chartArea.top, chartArea.width, chartArea.height);
        ctx.clip();
        ctx.fillStyle = colorOf("--span");
        ctx.fillRect(left, chartArea.top, Math.max(2, right - left), chartArea.height);
        ctx.fillStyle = colorOf("--text");
        ctx.font = "12px system-ui, sans-serif";
        const fits = left + 5 + ctx.measureText(text).width < chartArea.right;
        ctx.textAlign = fits ? "left" : "right";
        ctx.fillText(text, fits ? left + 5 : left - 5, chartArea.top + 14);
        ctx.restore();
      }
    },
  };
}
