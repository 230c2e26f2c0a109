/** JavaScript as the text of a <script>, where neither `</script` nor `<!--` may stand; in strings and patterns \x3c is the same. */
export function scriptText(source: string): string {
  return source.replace(/\n?\/\/# sourceMappingURL=.*/g, "").replace(/<(?=\/script|!--)/gi, "\\x3c");
}

/** Data as the text of a <script type="application/json">. */
export function jsonText(data: unknown): string {
  return JSON.stringify(data).replace(/</g, "\\u003c");
}
