/** The transport that an A/A control measures once more: `websocket` for `websocket#2`, and for any other name the name itself. */
export function transportBehind(name: string): string {
  return name.replace(/#\d+$/, "");
}
