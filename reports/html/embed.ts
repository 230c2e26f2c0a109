/** JavaScript as the text of a <script>, where neither `</script` nor `<!--` may stand; in strings and patterns \x3c is the same. */
export function scriptText(source: string): string {
  return source.replace(/<(?=\/script|!--)/gi, "\\x3c");
}

/** Digits of a number in a picture. */
const DIGITS = 5;

/** Data for pictures as the text of a <script type="application/json">. */
export function jsonText(data: unknown): string {
  const short = (_key: string, value: unknown) =>
    typeof value === "number" && !Number.isInteger(value) ? Number(value.toPrecision(DIGITS)) : value;
  return JSON.stringify(data, short).replace(/</g, "\\u003c");
}
