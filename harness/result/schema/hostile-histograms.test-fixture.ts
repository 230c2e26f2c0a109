import { deflateSync } from "node:zlib";

const int32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};
const int64 = (value: bigint) => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(value);
  return bytes;
};

/** A number as ZigZag LEB128 has it, of nine bytes at the most. */
function zigZag(value: bigint): number[] {
  let rest = value < 0n ? -value * 2n - 1n : value * 2n;
  const bytes: number[] = [];
  for (; rest >= 128n && bytes.length < 8; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return [...bytes, Number(rest)];
}

interface Encoding {
  readonly payload?: ArrayLike<number>;
  readonly length?: number;
  readonly digits?: number;
  readonly lowest?: bigint;
  readonly highest?: bigint;
  readonly cookies?: readonly [number, number];
}

function encoded(encoding: Encoding): string {
  const { payload = zigZag(1n), digits = 3, lowest = 1n, highest = 3_600_000_000n } = encoding;
  const { length = payload.length, cookies = [0x1c849314, 0x1c849313] } = encoding;
  const [outer, inner] = cookies;
  const header = [
    int32(inner),
    int32(length),
    int32(0),
    int32(digits),
    int64(lowest),
    int64(highest),
    int64(1n),
  ];
  const compressed = deflateSync(Buffer.concat([...header, Uint8Array.from(payload)]));
  return Buffer.concat([int32(outer), int32(compressed.length), compressed]).toString("base64");
}

/** Histograms that take a decoder which believes them hours or all memory, by what is wrong with them. */
export function hostileHistograms(): Readonly<Record<string, string>> {
  const run = zigZag(-(2n ** 48n));
  return {
    "a run of 2^48 zeros": encoded({ payload: [...run, ...zigZag(1n)] }),
    "many runs that come to more than there are counts": encoded({
      payload: Array.from({ length: 100 }, () => zigZag(-1_000n)).flat(),
    }),
    "a run that ends behind the payload": encoded({ payload: run, length: 1 }),
    "a payload of 4 GiB": encoded({ length: 0xffff_ffff }),
    "five digits up to 2^52": encoded({ digits: 5, highest: 2n ** 52n }),
    "more than an hour": encoded({ highest: 2n ** 33n }),
    "units of 2^30": encoded({ lowest: 2n ** 30n }),
    "a kilobyte that inflates to 10 MB": encoded({ payload: Buffer.alloc(10_000_000) }),
    "the same with other word sizes": encoded({ payload: run, cookies: [0x1c849304, 0x1c849323] }),
    "the same between blanks": ` ${encoded({ payload: [...run, ...zigZag(1n)] })}   `,
    "the same in the alphabet of URLs": encoded({ payload: [...run, ...zigZag(255n), ...zigZag(2n ** 40n)] })
      .replaceAll("+", "-")
      .replaceAll("/", "_"),
  };
}
