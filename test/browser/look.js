// What the tests ask of a page, run inside it by the browser before the page's own scripts. `look` answers in plain data.

/** An element in a reader's words, to find it again by. */
const nameOf = (element) => {
  const id = element.id ? `#${element.id}` : "";
  const kind = typeof element.className === "string" && element.className ? `.${element.className}` : "";
  const text = (element.getAttribute("aria-label") ?? element.textContent ?? "").trim().replace(/\s+/g, " ");
  return `${element.tagName.toLowerCase()}${id}${kind} "${text.slice(0, 60)}"`;
};
const shown = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
const all = (selector) => Array.from(document.querySelectorAll(selector)).filter(shown);
const scrolls = (overflow) => overflow === "auto" || overflow === "scroll";

/** Elements that are there for screen readers alone are a pixel large. */
const forReadersAlone = (element) => element.clientWidth <= 1 || element.clientHeight <= 1;

/** Elements whose content is wider than they are, or cut off at the bottom, unless they can be scrolled there. */
function cutOff() {
  return all("body *").flatMap((element) => {
    const { overflowX, overflowY, display } = getComputedStyle(element);
    if (display.startsWith("inline") || display === "contents" || element.closest("svg")) return [];
    if (forReadersAlone(element)) return [];
    const wide = element.scrollWidth - element.clientWidth;
    const high = element.scrollHeight - element.clientHeight;
    if (wide > 1 && !scrolls(overflowX)) return [`${nameOf(element)} is ${wide} px wider than its box`];
    if (high > 1 && (overflowY === "hidden" || overflowY === "clip"))
      return [`${nameOf(element)} is cut off ${high} px above its end`];
    return [];
  });
}

/** How far the page itself can be pushed sideways, in CSS pixels. */
function sideways() {
  return document.scrollingElement.scrollWidth - document.documentElement.clientWidth;
}

/** Body texts with a colour of their own: what a theme has to change. */
function colours() {
  const { color, backgroundColor } = getComputedStyle(document.body);
  return { color, backgroundColor };
}

/** A page may draw a picture when it first comes into the window; so each is brought there. */
async function showPictures() {
  for (const canvas of all("canvas")) {
    canvas.scrollIntoView({ block: "center", behavior: "instant" });
    // Two frames: one in which the page notices, one in which it draws.
    for (let frame = 0; frame < 2; frame += 1) await new Promise((drawn) => requestAnimationFrame(drawn));
  }
  scrollTo({ top: 0, behavior: "instant" });
}

/** Names of pictures on which nothing is drawn. */
function blankPictures() {
  return all("canvas")
    .filter(({ width, height }, index) => {
      const { data } = all("canvas")[index].getContext("2d").getImageData(0, 0, width, height);
      return data.every((value) => value === 0);
    })
    .map(nameOf);
}

/** The pixels of every picture, each as a number to compare it by. */
function pictures() {
  return all("canvas").map((canvas) =>
    Array.from(canvas.toDataURL()).reduce((hash, sign) => (Math.imul(hash, 31) + sign.charCodeAt(0)) | 0, 0),
  );
}

/** Canvases without a name, or without a table of figures in their figure. */
function mutePictures() {
  return Array.from(document.querySelectorAll("canvas")).flatMap((canvas) => {
    const rows = canvas.closest("figure")?.querySelectorAll("table tbody tr").length ?? 0;
    if (rows === 0) return [`${nameOf(canvas)} has no table beside it`];
    return canvas.getAttribute("aria-label") ? [] : [`${nameOf(canvas)} has no name`];
  });
}

/** The fragments that the page links to within itself. */
function deepLinks() {
  return [
    ...new Set(Array.from(document.querySelectorAll('a[href^="#"]'), (link) => link.getAttribute("href"))),
  ];
}

/** Ids that more than one element has: a link to one is a link to the first only. */
function doubleIds() {
  const ids = Array.from(document.querySelectorAll("[id]"), ({ id }) => id);
  return ids.filter((id, index) => ids.indexOf(id) !== index);
}

/** Where the top of the fragment's element stands in the window. What follows a `?` are settings, not a place. */
function landing(fragment) {
  const target = document.getElementById(decodeURIComponent(fragment.slice(1).split("?")[0]));
  if (!target) return { found: false };
  const { top } = target.getBoundingClientRect();
  const { scrollTop, clientHeight, scrollHeight } = document.scrollingElement;
  return {
    found: true,
    top,
    windowHeight: clientHeight,
    atEnd: scrollTop + clientHeight >= scrollHeight - 1,
  };
}

const FOCUSABLE = "a[href], button, summary, input, select, textarea, [tabindex='0']";

/** What the Tab key has to reach, in the order of the page; of radio buttons the chosen one, since arrow keys reach the others. */
function stops() {
  // A radio button whose label is the button one sees may itself be invisible.
  return [...document.querySelectorAll(FOCUSABLE)]
    .filter((element) => shown(shownOf(element)))
    .filter((element) => !element.disabled && (element.type !== "radio" || element.checked))
    .map(nameOf);
}

/** What one sees of an element: of a radio button its label. */
function shownOf(element) {
  return (element.type === "radio" && element.labels[0]) || element;
}

/** The element that has the focus, and whether one sees it. */
function focused() {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(shownOf(element));
  const { top, bottom } = shownOf(element).getBoundingClientRect();
  return {
    name: nameOf(element),
    marked: (outlineStyle !== "none" && Number.parseFloat(outlineWidth) > 0) || boxShadow !== "none",
    inWindow: bottom > 0 && top < innerHeight,
  };
}

function unfold() {
  for (const one of document.querySelectorAll("details")) one.open = true;
}

/** Lays invisible links over each picture and its caption: in a PDF a link is told with its page, so a cut one is told twice. */
function markForPdf() {
  const figures = all("figure:has(canvas)");
  for (const [index, figure] of figures.entries())
    for (const [part, element] of [
      ["caption", figure.querySelector("figcaption")],
      ["picture", figure.querySelector("canvas").parentElement],
    ]) {
      const link = document.createElement("a");
      link.href = `https://figure.invalid/${index}/${part}`;
      link.style.cssText = "position: absolute; inset: 0; z-index: 1";
      element.style.position = "relative";
      element.append(link);
    }
  return figures.map(nameOf);
}

/** First paint and first contentful paint since the navigation began, in ms. */
function paints() {
  return performance
    .getEntriesByType("paint")
    .map(({ name, startTime }) => `${name} ${Math.round(startTime)} ms`);
}

globalThis.look = {
  ...{
    cutOff,
    sideways,
    colours,
    showPictures,
    blankPictures,
    pictures,
    mutePictures,
    deepLinks,
    doubleIds,
    landing,
  },
  ...{ stops, focused, unfold, markForPdf, paints },
};
