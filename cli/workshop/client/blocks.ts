import type { Bar, RevealedRow } from "../../../workshop/block.ts";
import { drawn, element } from "../../live/client/elements.ts";
import type { PageBlock } from "../messages.ts";

/** A block as an element; `further` stands below it. */
export function drawnBlock(block: PageBlock, further?: HTMLElement): HTMLElement {
  const made = elementOf(block);
  if (further) made.append(further);
  return made;
}

function elementOf(block: PageBlock): HTMLElement {
  switch (block.kind) {
    case "heading":
      return element("h2", block.text);
    case "text":
      return element("p", block.text);
    case "void":
      return element("p", block.text, "void");
    case "commands": {
      const list = element("dl");
      for (const [command, what] of block.list) {
        const name = element("dt");
        name.append(element("code", command));
        list.append(name, element("dd", what));
      }
      const box = element("div");
      box.append(list);
      return box;
    }
    case "reveal":
      return revealed(block.rows);
    case "picture":
      return picture(block);
    case "bars":
      return bars(block.title, block.bars);
  }
}

/** What the process has drawn, which escapes all that it puts into markup. */
function picture({ title, says, markup }: PageBlock & { readonly kind: "picture" }): HTMLElement {
  const { body } = new DOMParser().parseFromString(markup, "text/html");
  body.querySelector("svg")?.setAttribute("aria-label", `${title}: ${says}`);
  const figure = element("figure");
  figure.append(element("figcaption", title), ...body.childNodes);
  return figure;
}

const MARKS: Readonly<Record<RevealedRow["verdict"], string>> = {
  right: "✓",
  near: "≈",
  far: "✗",
  open: "·",
};

function revealed(rows: readonly RevealedRow[]): HTMLElement {
  const table = element("table", "", "reveal");
  const head = element("tr");
  for (const name of ["question", "you said", "measured", ""]) {
    const cell = element("th", name);
    cell.setAttribute("scope", "col");
    head.append(cell);
  }
  const body = element("tbody");
  body.append(
    ...rows.map(({ asked, predicted, measured, says, verdict, scale }) => {
      const row = element("tr", "", verdict);
      const figure = element("td", measured);
      if (scale) figure.append(guessPicture(scale));
      row.append(
        element("td", asked),
        element("td", predicted),
        figure,
        element("td", `${MARKS[verdict]} ${says}`),
      );
      return row;
    }),
  );
  const top = element("thead");
  top.append(head);
  table.append(top, body);
  const scroll = element("div", "", "scroll");
  scroll.tabIndex = 0;
  scroll.setAttribute("role", "region");
  scroll.setAttribute("aria-label", "Predictions beside figures");
  scroll.append(table);
  return scroll;
}

const [LINE, HEIGHT, EDGE] = [220, 22, 10];

/** Guess and figure on a line on which equal distances are equal factors: a ring, and a bar with its interval. */
function guessPicture({ guess, value, low, high }: NonNullable<RevealedRow["scale"]>): SVGElement {
  // Within a tenth to each side nothing is far apart.
  const from = Math.log(Math.min(guess, low) / 1.1);
  const to = Math.log(Math.max(guess, high) * 1.1);
  const at = (one: number) => EDGE + ((Math.log(one) - from) / (to - from)) * (LINE - 2 * EDGE);
  const y = HEIGHT / 2;
  const picture = drawn("svg", { viewBox: `0 0 ${LINE} ${HEIGHT}`, width: LINE, "aria-hidden": "true" });
  picture.append(
    drawn("path", { d: `M0 ${y}H${LINE}`, class: "axis" }),
    drawn("rect", { x: at(low), y: y - 4, width: Math.max(2, at(high) - at(low)), height: 8, class: "bar" }),
    drawn("path", { d: `M${at(value)} ${y - 9}V${y + 9}`, class: "whisker" }),
    drawn("circle", { cx: at(guess), cy: y, r: 6, class: "guess" }),
  );
  return picture;
}

const ROW = 26;
const [NAMES, ROOM, TEXTS] = [190, 330, 230];

/** Bars from zero, each with its interval as a line, and its figure as text. */
function bars(title: string, all: readonly Bar[]): HTMLElement {
  const most = Math.max(1e-9, ...all.map(({ value = 0, high = value }) => high));
  const at = (value: number) => NAMES + (value / most) * ROOM;
  const picture = drawn("svg", {
    viewBox: `0 0 ${NAMES + ROOM + TEXTS} ${ROW * all.length}`,
    role: "img",
    "aria-label": `${title}: ${all.map(({ name, text }) => `${name} ${text}`).join("; ")}`,
  });
  for (const [index, { name, value, low, high, text }] of all.entries()) {
    const y = index * ROW;
    picture.append(drawn("text", { x: NAMES - 8, y: y + 17, "text-anchor": "end" }, name));
    picture.append(drawn("text", { x: NAMES + ROOM + 10, y: y + 17, class: "soft" }, text));
    if (value === undefined) continue;
    picture.append(
      drawn("rect", {
        x: NAMES,
        y: y + 5,
        width: Math.max(1, at(value) - NAMES),
        height: ROW - 10,
        class: "bar",
      }),
    );
    if (low !== undefined && high !== undefined)
      picture.append(drawn("path", { d: `M${at(low)} ${y + 13}H${at(high)}`, class: "whisker" }));
  }
  const figure = element("figure");
  figure.append(element("figcaption", title), picture);
  return figure;
}
