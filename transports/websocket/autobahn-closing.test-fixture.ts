import { closeFrame, maskedFrame, OPCODE } from "../attacks/bare-websocket.ts";
import { type Case, fragmented, type Notation, PROTOCOL_ERROR } from "./autobahn-case.test-fixture.ts";

/*
 * Autobahn's groups 7 (closing), 9 (sizes; a sixteenth of the suite's, for requests of the lab are bounded) and 10.
 */

const { close, ping } = OPCODE;
const NORMAL = [1000];
const hello = ({ opcode, message }: Notation) => maskedFrame(opcode, message("Hello World!"));
const closing = (id: string, steps: Case["steps"], code: readonly number[] = NORMAL): Case => ({
  id,
  steps,
  expect: [],
  close: code,
});

export const closingCases: readonly Case[] = [
  { id: "7.1.1", steps: (to) => [hello(to)], expect: ["answer Hello World!"] },
  closing("7.1.2", () => [Buffer.concat([closeFrame(1000), maskedFrame(close)])]),
  closing("7.1.3", () => [Buffer.concat([closeFrame(1000), maskedFrame(ping)])]),
  closing("7.1.4", (to) => [Buffer.concat([closeFrame(1000), hello(to)])]),
  closing("7.1.5", (to) => {
    const [first = Buffer.alloc(0), second = Buffer.alloc(0)] = fragmented(
      to.opcode,
      to.message("fragment1fragment2"),
      16,
    );
    return [Buffer.concat([first, closeFrame(1000), second])];
  }),
  {
    id: "7.1.6",
    steps: (to) => {
      const large = maskedFrame(to.opcode, to.message("large", 256 * 1024));
      return [Buffer.concat([large, hello(to), closeFrame(1000), maskedFrame(ping)])];
    },
    expect: ["answer large", "answer Hello World!"],
    close: NORMAL,
  },
  closing("7.3.1", () => [maskedFrame(close)]),
  closing("7.3.2", () => [maskedFrame(close, "a")], PROTOCOL_ERROR),
  closing("7.3.3", () => [closeFrame(1000)]),
  closing("7.3.4", () => [closeFrame(1000, "Hello World!")]),
  closing("7.3.5", () => [closeFrame(1000, "*".repeat(123))]),
  closing("7.3.6", () => [closeFrame(1000, "*".repeat(124))], PROTOCOL_ERROR),
  closing(
    "7.5.1",
    () => [closeFrame(1000, Buffer.from("cebae1bdb9cf83cebcceb5eda080656469746564", "hex"))],
    [1002, 1007],
  ),
  ...[1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999].map((code, index) =>
    closing(`7.7.${index + 1}`, () => [closeFrame(code)], [1000, code]),
  ),
  ...[0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999].map((code, index) =>
    closing(`7.9.${index + 1}`, () => [closeFrame(code)], PROTOCOL_ERROR),
  ),
  ...[5_000, 65_535].map((code, index) =>
    closing(`7.13.${index + 1}`, () => [closeFrame(code)], [1000, code, 1002]),
  ),
];

const KiB = 1024;

/** A message of so many bytes in so many frames: 9.1 and 9.2, 9.3 and 9.4. */
const sized = (id: string, bytes: number, fragment = bytes): Case => ({
  id,
  steps: ({ opcode, message }) => [Buffer.concat(fragmented(opcode, message(id, bytes), fragment))],
  expect: [`answer ${id}`],
});

export const sizeCases: readonly Case[] = [
  ...[64, 256, 1_024, 4_096, 8_192, 16_384].map((kib, index) => sized(`9.1.${index + 1}`, (kib / 16) * KiB)),
  ...[64, 256, 1_024, 4_096, 16_384, 65_536, 262_144].map((fragment, index) =>
    sized(`9.3.${index + 1}`, 256 * KiB, fragment),
  ),
  ...[64, 128, 256, 512, 1_024, 2_048].map((chop, index) => ({
    id: `9.5.${index + 1}`,
    steps: ({ opcode, message }: Notation) => [
      { bytes: maskedFrame(opcode, message("chopped", 64 * KiB)), chop },
    ],
    expect: ["answer chopped"],
  })),
  ...[0, 16, 64, 256, 1_024, 4_096].map((bytes, index) => ({
    id: `9.7.${index + 1}`,
    // One after the other, each behind the answer to the one before.
    steps: ({ opcode, message }: Notation) =>
      Array.from({ length: 100 }, (_, sent) => [
        maskedFrame(opcode, bytes === 0 ? "" : message("*", bytes)),
        { answered: sent + 1 },
      ]).flat(),
    expect: Array(100).fill(bytes === 0 ? "answer null" : "answer *"),
  })),
  sized("10.1.1", 65_536, 1_300),
];
