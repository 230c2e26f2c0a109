import type { LiveTransport } from "../messages.ts";

/** An HTML element with text in it; never markup. */
export function element(name: string, text = "", className = ""): HTMLElement {
  const made = document.createElement(name);
  made.textContent = text;
  made.className = className;
  return made;
}

/** An SVG element. */
export function drawn(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  text = "",
): SVGElement {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  made.textContent = text;
  return made;
}

/** A transport's marker, as the report has it; grey of a transport that is not of this run. */
export function marker(
  transport: LiveTransport | undefined,
  attributes: Readonly<Record<string, string | number>>,
): SVGElement {
  const { color, marker: shape, hollow } = transport ?? { color: "#808080", marker: "circle", hollow: true };
  const fill = hollow ? "none" : color;
  const made = drawn("svg", {
    viewBox: "0 0 14 14",
    fill,
    stroke: color,
    "stroke-width": 1.8,
    ...attributes,
  });
  made.append(drawn("use", { href: `#${shape}` }));
  return made;
}
