import { maskedFrame, OPCODE } from "../attacks/bare-websocket.ts";
import {
  type Case,
  fragmented,
  type Notation,
  PROTOCOL_ERROR,
  type Step,
} from "./autobahn-case.test-fixture.ts";

const { close, continuation, ping, pong } = OPCODE;
const HELLO = "Hello, world!";
const hello = ({ opcode, message }: Notation) => maskedFrame(opcode, message(HELLO));
/** The case's message in two halves, of which the frames can be told to differ. */
const halves = ({ message }: Notation) => {
  const payload = message("fragment1fragment2");
  return [payload.subarray(0, 15), payload.subarray(15)] as const;
};
const twoFragments = (notation: Notation) => {
  const [first, second] = halves(notation);
  return [maskedFrame(notation.opcode, first, { fin: false }), maskedFrame(continuation, second)] as const;
};
const WHOLE = "answer fragment1fragment2";
const fe = (length: number) => Buffer.alloc(length, 0xfe);
const octets = (...frames: readonly Buffer[]): Step => ({ bytes: Buffer.concat(frames), chop: 1 });
const failing = (id: string, steps: Case["steps"], expect: readonly string[] = []): Case => ({
  id,
  steps,
  expect,
  close: PROTOCOL_ERROR,
});

/** 1.1 and 1.2: a message of each length. 0 bytes are no request, which is answered without a `ref`. */
const lengths: readonly Case[] = [0, 125, 126, 127, 128, 65_535, 65_536].map((bytes, index) => ({
  id: `1.${index + 1}`,
  steps: ({ opcode, message }) => [maskedFrame(opcode, bytes === 0 ? "" : message("*", bytes))],
  expect: [bytes === 0 ? "answer null" : "answer *"],
}));

/** 1.1.8 and 1.2.8. */
const chopped: Case = {
  id: "1.8",
  steps: ({ opcode, message }) => [{ bytes: maskedFrame(opcode, message("*", 65_536)), chop: 997 }],
  expect: ["answer *"],
};

const tenPings = Array.from({ length: 10 }, (_, index) => `payload-${index}`);

const pings: readonly Case[] = [
  { id: "2.1", steps: () => [maskedFrame(ping)], expect: ["pong "] },
  { id: "2.2", steps: () => [maskedFrame(ping, HELLO)], expect: [`pong ${HELLO}`] },
  {
    id: "2.3",
    steps: () => [maskedFrame(ping, Buffer.from("00fffefdfcfb00ff", "hex"))],
    expect: ["pong \x00\xff\xfe\xfd\xfc\xfb\x00\xff"],
  },
  { id: "2.4", steps: () => [maskedFrame(ping, fe(125))], expect: [`pong ${"\xfe".repeat(125)}`] },
  failing("2.5", () => [maskedFrame(ping, fe(126))]),
  { id: "2.6", steps: () => [octets(maskedFrame(ping, fe(125)))], expect: [`pong ${"\xfe".repeat(125)}`] },
  { id: "2.7", steps: () => [maskedFrame(pong)], expect: [] },
  { id: "2.8", steps: () => [maskedFrame(pong, "unsolicited pong payload")], expect: [] },
  {
    id: "2.9",
    steps: () => [maskedFrame(pong, "unsolicited pong payload"), maskedFrame(ping, "ping payload")],
    expect: ["pong ping payload"],
  },
  {
    id: "2.10",
    steps: () => tenPings.map((payload) => maskedFrame(ping, payload)),
    expect: tenPings.map((payload) => `pong ${payload}`),
  },
  {
    id: "2.11",
    steps: () => [octets(...tenPings.map((payload) => maskedFrame(ping, payload)))],
    expect: tenPings.map((payload) => `pong ${payload}`),
  },
];

const reservedBits: readonly Case[] = [
  failing("3.1", (to) => [maskedFrame(to.opcode, to.message(HELLO), { rsv: 1 })]),
  ...[2, 3, 4].map((rsv) =>
    failing(
      `3.${rsv}`,
      (to) => {
        const frames = [hello(to), maskedFrame(to.opcode, to.message(HELLO), { rsv }), maskedFrame(ping)];
        return rsv === 2 ? [Buffer.concat(frames)] : rsv === 3 ? frames : [octets(...frames)];
      },
      [`answer ${HELLO}`],
    ),
  ),
  failing("3.5", () => [maskedFrame(OPCODE.binary, Buffer.from("00fffefdfcfb00ff", "hex"), { rsv: 5 })]),
  failing("3.6", () => [maskedFrame(ping, HELLO, { rsv: 6 })]),
  failing("3.7", () => [maskedFrame(close, "", { rsv: 7 })]),
];

/** 4.1: opcodes 3 to 7; 4.2: 11 to 15. The first two of each without a message before. */
const reservedOpcodes: readonly Case[] = [3, 11].flatMap((from, group) =>
  [0, 1, 2, 3, 4].map((index) => {
    const id = `4.${group + 1}.${index + 1}`;
    const odd = maskedFrame(from + index, index % 2 === 0 ? "" : HELLO);
    if (index < 2) return failing(id, () => [odd]);
    return failing(
      id,
      (to) => {
        const frames = [hello(to), odd, maskedFrame(ping)];
        return index === 4 ? [octets(...frames)] : [Buffer.concat(frames)];
      },
      [`answer ${HELLO}`],
    );
  }),
);

/** As one write, a write a frame, and a write an octet. */
const threeWays = (frames: readonly Buffer[]): (readonly Step[])[] => [
  [Buffer.concat(frames)],
  frames,
  [octets(...frames)],
];

const fragments: readonly Case[] = [
  ...[ping, pong].map((opcode, index) =>
    failing(`5.${index + 1}`, () => [
      maskedFrame(opcode, "fragment1", { fin: false }),
      maskedFrame(continuation, "fragment2"),
    ]),
  ),
  ...[0, 1, 2].map((way) => ({
    id: `5.${way + 3}`,
    steps: (to: Notation) => threeWays(twoFragments(to))[way] ?? [],
    expect: [WHOLE],
  })),
  ...[0, 1, 2].map((way) => ({
    id: `5.${way + 6}`,
    steps: (to: Notation) => {
      const [first, second] = twoFragments(to);
      return threeWays([first, maskedFrame(ping, "ping payload"), second])[way] ?? [];
    },
    expect: ["pong ping payload", WHOLE],
  })),
  ...[true, false].flatMap((fin, group) =>
    [0, 1, 2].map((way) =>
      failing(
        `5.${9 + 3 * group + way}`,
        (to) =>
          threeWays([maskedFrame(continuation, "non-continuation payload", { fin }), hello(to)])[way] ?? [],
      ),
    ),
  ),
  failing(
    "5.15",
    (to) => [
      Buffer.concat([
        ...twoFragments(to),
        maskedFrame(continuation, "fragment3", { fin: false }),
        maskedFrame(to.opcode, "fragment4"),
      ]),
    ],
    [WHOLE],
  ),
  ...[false, true].map((fin, index) =>
    failing(`5.${16 + index}`, (to) => {
      const frames = [maskedFrame(continuation, "fragment1", { fin }), ...twoFragments(to)];
      return [...frames, ...frames];
    }),
  ),
  failing("5.18", (to) => {
    const [first, second] = halves(to);
    return [Buffer.concat([maskedFrame(to.opcode, first, { fin: false }), maskedFrame(to.opcode, second)])];
  }),
  ...[false, true].map((apart, index) => ({
    id: `5.${19 + index}`,
    steps: (to: Notation): Step[] => {
      const payload = to.message("in five fragments");
      const pieces = fragmented(to.opcode, payload, Math.ceil(payload.length / 5));
      const [a, b, c, d] = pieces;
      const early = [a, b, maskedFrame(ping, "pongme 1!")];
      const late = [c, d, maskedFrame(ping, "pongme 2!"), ...pieces.slice(4)];
      const out = (frames: readonly (Buffer | undefined)[]) => {
        const all = frames.flatMap((frame) => frame ?? []);
        return apart ? all : [Buffer.concat(all)];
      };
      // The first pong is due before the message has ended.
      return [...out(early), { answered: 1 }, ...out(late)];
    },
    expect: ["pong pongme 1!", "pong pongme 2!", "answer in five fragments"],
  })),
];

/** Autobahn's groups 1 to 5. */
export const framingCases: readonly Case[] = [
  ...lengths,
  chopped,
  ...pings,
  ...reservedBits,
  ...reservedOpcodes,
  ...fragments,
];
