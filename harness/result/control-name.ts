/** The transport that an A/A control measures once more: `websocket` for `websocket#2`, and for any other name the name itself. */
export function transportBehind(name: string): string {
  return name.replace(/#\d+$/, "");
}

/** The transport that is sliced into runs so that they can be compared in its units: the baseline, which no library changes. */
export const CONTROL = "tcp";
