/**
 * The network that an address stands for where connections are counted: of IPv6 its first 64 bits, since who has one of its addresses has all of them
 * (RFC 6177), of IPv4 the address itself, also where it is written as an IPv6 address (RFC 4291, 2.5.5.2).
 */
export function networkOf(address: string): string {
  if (!address.includes(":")) return address;
  const [bare = ""] = address.split("%");
  if (bare.includes(".")) return bare.slice(bare.lastIndexOf(":") + 1);
  const [before = "", after] = bare.split("::");
  const groups = (text: string) => text.split(":").filter((group) => group !== "");
  const [first, last] = [groups(before), groups(after ?? "")];
  const zeros = after === undefined ? 0 : Math.max(0, 8 - first.length - last.length);
  const all = [...first, ...new Array<string>(zeros).fill("0"), ...last];
  const numbers = all.map((group) => Number.parseInt(group, 16));
  // As some libraries write an IPv4 address, in groups.
  if (numbers[5] === 0xffff && numbers.slice(0, 5).every((group) => group === 0)) {
    const [high = 0, low = 0] = numbers.slice(6);
    return [high >> 8, high & 255, low >> 8, low & 255].join(".");
  }
  return `${numbers
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(":")}::/64`;
}
