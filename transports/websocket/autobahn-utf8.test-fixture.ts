import { maskedFrame, OPCODE } from "../attacks/bare-websocket.ts";
import { type Case, fragmented, INVALID_PAYLOAD } from "./autobahn-case.test-fixture.ts";

/*
 * Autobahn's group 6: text messages in UTF-8 (RFC 6455, 8.1), for the variants whose messages are texts. Valid sequences stand in a JSON
 * string and come back in the answer's `ref`; invalid ones are the whole message, as in the suite.
 */

const { continuation, text } = OPCODE;
const hex = (digits: string) => Buffer.from(digits, "hex");

const GREEK = hex("cebae1bdb9cf83cebcceb5");
const GERMAN = "Hello-µ@ßöäüàá-UTF-8!!";
const SURROGATE = hex("eda080");
const BEYOND = hex("f4908080");
const EDITED = Buffer.from("edited");

const valid = (id: string, bytes: Buffer): Case => ({
  id,
  // A control character may not stand in a JSON string, so the request is malformed; the message is not.
  steps: () => [maskedFrame(text, Buffer.concat([Buffer.from('{"ref":"'), bytes, Buffer.from('"}')]))],
  expect: [(bytes[0] ?? 0) < 0x20 ? "answer null" : `answer ${bytes}`],
});
const invalid = (id: string, steps: Case["steps"]): Case => ({
  id,
  steps,
  expect: [],
  close: INVALID_PAYLOAD,
});
const whole = (id: string, bytes: Buffer): Case => invalid(id, () => [maskedFrame(text, bytes)]);

const empty = maskedFrame(continuation, "", { fin: false });
const special: readonly Case[] = [
  { id: "6.1.1", steps: () => [maskedFrame(text)], expect: ["answer null"] },
  {
    id: "6.1.2",
    steps: () => [maskedFrame(text, "", { fin: false }), empty, maskedFrame(continuation)],
    expect: ["answer null"],
  },
  {
    id: "6.1.3",
    steps: ({ message }) => [
      maskedFrame(text, "", { fin: false }),
      maskedFrame(continuation, message("middle frame payload"), { fin: false }),
      maskedFrame(continuation),
    ],
    expect: ["answer middle frame payload"],
  },
  { id: "6.2.1", steps: ({ message }) => [maskedFrame(text, message(GERMAN))], expect: [`answer ${GERMAN}`] },
  {
    id: "6.2.2",
    steps: ({ message }) => fragmented(text, message(GERMAN), message(GERMAN).indexOf("ü")),
    expect: [`answer ${GERMAN}`],
  },
  ...[GERMAN, GREEK.toString()].map((payload, index) => ({
    id: `6.2.${3 + index}`,
    steps: ({ message }: { message(ref: string): Buffer }) => fragmented(text, message(payload), 1),
    expect: [`answer ${payload}`],
  })),
  whole("6.3.1", Buffer.concat([GREEK, SURROGATE, EDITED])),
  invalid("6.3.2", () => fragmented(text, Buffer.concat([GREEK, SURROGATE, EDITED]), 1)),
  // It may wait for the whole message before it fails, which ws does.
  invalid("6.4.1", () => [
    maskedFrame(text, GREEK, { fin: false }),
    maskedFrame(continuation, BEYOND, { fin: false }),
    maskedFrame(continuation, EDITED),
  ]),
  invalid("6.4.2", () => {
    const payload = Buffer.concat([GREEK, BEYOND, EDITED]);
    return [
      maskedFrame(text, payload.subarray(0, 12), { fin: false }),
      maskedFrame(continuation, payload.subarray(12, 13), { fin: false }),
      maskedFrame(continuation, payload.subarray(13)),
    ];
  }),
  ...[GREEK.length, 12].map((first, index) =>
    invalid(`6.4.${3 + index}`, () => {
      const frame = maskedFrame(text, Buffer.concat([GREEK, BEYOND, EDITED]));
      const from = 6 + first;
      const to = from + (index === 0 ? BEYOND.length : 1);
      return [frame.subarray(0, from), frame.subarray(from, to), frame.subarray(to)];
    }),
  ),
];

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);
const incomplete = [
  "c0",
  "e080",
  "f08080",
  "f8808080",
  "fc80808080",
  "df",
  "efbf",
  "f7bfbf",
  "fbbfbfbf",
  "fdbfbfbfbf",
];

/** 6.5 to 6.23: sequences, each valid or not by itself, from Markus Kuhn's UTF-8 stress test. `+` marks the valid ones. */
const sequences: readonly (readonly string[])[] = [
  [
    "+68656c6c6f24776f726c64",
    "+68656c6c6fc2a2776f726c64",
    "+68656c6c6fe282ac776f726c64",
    "+68656c6c6ff0a4ada2776f726c64",
    `+${GREEK.toString("hex")}`,
  ],
  range(1, GREEK.length + 1).map(
    (end) => `${[2, 5, 7, 9, 11].includes(end) ? "+" : ""}${GREEK.toString("hex", 0, end)}`,
  ),
  ["+00", "+c280", "+e0a080", "+f0908080"],
  ["f888808080", "fc8480808080"],
  ["+7f", "+dfbf", "+efbfbf", "+f48fbfbf"],
  ["f7bfbfbf", "fbbfbfbfbf", "fdbfbfbfbfbf"],
  ["+ed9fbf", "+ee8080", "+efbfbd", "+f48fbfbf", "f4908080"],
  [
    "80",
    "bf",
    "80bf",
    "80bf80",
    "80bf80bf",
    "80bf80bf80",
    "80bf80bf80bf",
    Buffer.from(range(0x80, 0xbf)).toString("hex"),
  ],
  [
    [0xc0, 0xdf],
    [0xe0, 0xef],
    [0xf0, 0xf7],
    [0xf8, 0xfb],
    [0xfc, 0xfd],
  ].map(([from = 0, to = 0]) => Buffer.from(range(from, to).flatMap((byte) => [byte, 0x20])).toString("hex")),
  incomplete,
  [incomplete.join("")],
  ["fe", "ff", "fefeffff"],
  ["c0af", "e080af", "f08080af", "f8808080af", "fc80808080af"],
  ["c1bf", "e09fbf", "f08fbfbf", "f887bfbfbf", "fc83bfbfbfbf"],
  ["c080", "e08080", "f0808080", "f880808080", "fc8080808080"],
  ["eda080", "edadbf", "edae80", "edafbf", "edb080", "edbe80", "edbfbf"],
  [
    "eda080edb080",
    "eda080edbfbf",
    "edadbfedb080",
    "edadbfedbfbf",
    "edae80edb080",
    "edae80edbfbf",
    "edafbfedb080",
    "edafbfedbfbf",
  ],
  ["+efbfbe", "+efbfbf", ...nonCharacters()],
  ["+efbfb9", "+efbfba", "+efbfbb", "+efbfbc", "+efbfbd", "+efbfbe", "+efbfbf"],
];

/** The last two code points of the planes beyond the first. */
function nonCharacters(): string[] {
  return range(1, 17).flatMap((plane) =>
    [0xfffe, 0xffff].map(
      (low) => `+${Buffer.from(String.fromCodePoint(plane * 0x10000 + low)).toString("hex")}`,
    ),
  );
}

export const utf8Cases: readonly Case[] = [
  ...special,
  ...sequences.flatMap((group, index) =>
    group.map((entry, at) => {
      const id = `6.${5 + index}.${at + 1}`;
      return entry.startsWith("+") ? valid(id, hex(entry.slice(1))) : whole(id, hex(entry));
    }),
  ),
];
