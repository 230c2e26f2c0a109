import { plain } from "../prose/text.ts";

/** Markup that is safe to write as it stands. */
export class Html {
  readonly markup: string;

  constructor(markup: string) {
    this.markup = markup;
  }
}

type Content = string | number | Html | undefined | readonly Content[];

/** Markup from a template: everything put into it that is not markup itself is escaped, also for use in quoted attributes. */
export function html(strings: TemplateStringsArray, ...values: readonly Content[]): Html {
  return new Html(strings.map((text, index) => text + markupOf(values[index])).join(""));
}

function markupOf(content: Content): string {
  if (content === undefined) return "";
  if (content instanceof Html) return content.markup;
  if (Array.isArray(content)) return content.map(markupOf).join("");
  return plain(String(content)).replace(/[&<>"']/g, (one) => `&#${one.charCodeAt(0)};`);
}
