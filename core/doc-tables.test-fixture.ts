/** A table in Markdown. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [
    head,
    head.map(() => "---"),
    ...rows.map((row) => row.map((cell) => cell.replaceAll("|", "\\|"))),
  ];
  return lines.map((line) => `| ${line.join(" | ")} |`).join("\n");
}

/** The page with the text between its marks; throws where they are gone. */
export function between(page: string, mark: string, text: string): string {
  const [begin, end] = [`<!-- ${mark}: begin -->\n`, `<!-- ${mark}: end -->`];
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`the page has no marks for ${mark}`);
  return `${page.slice(0, from + begin.length)}${text}\n${page.slice(to)}`;
}
