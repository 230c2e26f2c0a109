/** The first element of that kind that the selector finds; the page's own markup has it. */
export function find<Kind extends Element>(within: ParentNode, selector: string, kind: new () => Kind): Kind {
  const found = within.querySelector(selector);
  if (found instanceof kind) return found;
  throw new Error(`${selector} is missing from the page`);
}

/** Writes a text only if it is another one, so that nothing is announced that stays the same. */
export function write(node: Node, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}
