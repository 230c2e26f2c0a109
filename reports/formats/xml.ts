import { plain } from "../prose/text.ts";

/** An element with attributes and content; text in it is escaped when it is written. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly content: readonly (Element | string)[];
}

export function element(
  name: string,
  attributes: Element["attributes"],
  content: Element["content"] = [],
): Element {
  return { name, attributes, content };
}

/** A whole XML 1.0 document, indented; the root element is the only one. */
export function xmlDocument(root: Element): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${written(root, "")}\n`;
}

function written({ name, attributes, content }: Element, indent: string): string {
  const pairs = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(plain(value))}"`);
  const open = `${indent}<${name}${pairs.join("")}`;
  if (content.length === 0) return `${open}/>`;
  if (content.every((one) => typeof one === "string"))
    return `${open}>${content.map(escaped).join("")}</${name}>`;
  const inner = content.map((one) =>
    typeof one === "string" ? `${indent}  ${escaped(one)}` : written(one, `${indent}  `),
  );
  return [`${open}>`, ...inner, `${indent}</${name}>`].join("\n");
}

/** Without what XML 1.0 can't carry even escaped: control characters, lone surrogates, U+FFFE and U+FFFF. */
function escaped(text: string): string {
  return text
    .replace(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, " ")
    .replace(/[&<>"']/g, (one) => `&#${one.charCodeAt(0)};`);
}
