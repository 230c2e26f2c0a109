import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { MAX_FILTERS } from "./client-packet.ts";
import { PacketScanner } from "./framing.ts";
import {
  connectPacket,
  packet,
  publishPacket,
  publishWithId,
  subscribePacket,
  text,
  unsubscribePacket,
} from "./packets.ts";

const WILL = 0x04;
const connect = connectPacket({ clientId: "a" });
const filters = (count: number) => Array.from({ length: count }, (_, index) => `topic/${index}`);

/** What 1.5.3 forbids: a continuation byte alone, an overlong slash, an encoded surrogate, beyond U+10FFFF, cut short, U+0000. */
const illFormed = ["80", "c0af", "eda080", "f4908080", "e282", "00"].map((hex) => Buffer.from(hex, "hex"));

const verdict = (...packets: readonly Buffer[]) => new PacketScanner(1_000_000).scan(Buffer.concat(packets));

describe("the packets of a client", () => {
  const fine: Record<string, Buffer[]> = {
    "CONNECT of MQTT 3.1.1": [connect],
    "CONNECT of MQTT 3.1": [connectPacket({ clientId: "a", protocol: "MQIsdp", level: 3 })],
    "CONNECT of a bridge": [connectPacket({ clientId: "a", level: 0x84 })],
    "CONNECT with a will": [connectPacket({ flags: 0xd2 | WILL, rest: ["topic/a", "gone", "", "token"] })],
    "CONNECT without a user": [connectPacket({ flags: 2, rest: [] })],
    "CONNECT with U+FEFF and U+1F600 in the client id": [connectPacket({ clientId: "\ufeff\u{1f600}" })],
    "PUBLISH at 0": [connect, publishPacket("topic/a", "\0 and all else goes in a body")],
    "PUBLISH at 1, and again": [connect, publishWithId(0x32, 1, "t", ""), publishWithId(0x3a, 1, "t", "")],
    "PUBLISH at 2, and again": [
      connect,
      publishWithId(0x34, 65_535, "t", ""),
      publishWithId(0x3c, 1, "t", ""),
    ],
    acknowledgements: [connect, ...[0x40, 0x50, 0x62, 0x70].map((first) => packet(first, [0, 1]))],
    "as many filters as may be": [connect, subscribePacket(1, 0, ...filters(MAX_FILTERS))],
    UNSUBSCRIBE: [connect, unsubscribePacket(1, "a", "b/+/#")],
    "PINGREQ and DISCONNECT": [connect, packet(0xc0), packet(0xe0)],
  };
  for (const [name, packets] of Object.entries(fine))
    test(`${name}: nothing to object to`, () => assert.equal(verdict(...packets), undefined));

  const wrong: Record<string, Buffer[]> = {
    "PUBLISH before CONNECT (3.1.0-1)": [publishPacket("t", "")],
    "a second CONNECT (3.1.0-2)": [connect, connect],
    "a will at quality of service 3 (3.1.2-14)": [
      connectPacket({ flags: 0xc2 | WILL | 0x18, rest: ["topic/a", "gone", "", "token"] }),
    ],
    "a password without a user name (3.1.2-22)": [connectPacket({ flags: 0x42, rest: ["token"] })],
    "a will that is announced and does not come": [connectPacket({ flags: 2 | WILL, rest: ["topic/a"] })],
    "CONNECT that is cut short": [packet(0x10, "MQTT", [4])],
    "PUBLISH with identifier 0 (2.3.1-1)": [connect, publishWithId(0x32, 0, "t", "x")],
    "PUBLISH at 2 with identifier 0": [connect, publishWithId(0x34, 0, "t", "x")],
    "PUBLISH at 1 without an identifier": [connect, packet(0x32, "t")],
    "PUBLISH at 0, sent again (3.3.1-2)": [connect, packet(0x38, "t", Buffer.from("x"))],
    "SUBSCRIBE with identifier 0": [connect, subscribePacket(0, 0, "topic/a")],
    "SUBSCRIBE without a filter (3.8.3-3)": [connect, packet(0x82, [0, 1])],
    "SUBSCRIBE without a quality of service": [connect, packet(0x82, [0, 1], "topic/a")],
    "more filters than may be": [connect, subscribePacket(1, 0, ...filters(MAX_FILTERS + 1))],
    "UNSUBSCRIBE with identifier 0": [connect, unsubscribePacket(0, "topic/a")],
    "UNSUBSCRIBE without a filter (3.10.3-2)": [connect, unsubscribePacket(1)],
    "UNSUBSCRIBE from more than may be": [connect, unsubscribePacket(1, ...filters(MAX_FILTERS + 1))],
    "PUBREL with identifier 0": [connect, packet(0x62, [0, 0])],
    "PUBACK without an identifier": [connect, packet(0x40)],
    "PUBACK that is too long": [connect, packet(0x40, [0, 1, 0])],
    "PINGREQ with something in it": [connect, packet(0xc0, [0])],
    "DISCONNECT with something in it": [connect, packet(0xe0, [0])],
    "what only servers send": [connect, packet(0x20, [0, 0])],
    "type 0": [connect, packet(0x00)],
    "type 15": [connect, packet(0xf0)],
  };
  for (const [name, packets] of Object.entries(wrong))
    test(`${name}: ends the connection without a CONNACK`, () => {
      const violation = verdict(...packets);
      assert.ok(violation);
      assert.equal(violation.returnCode, undefined);
    });

  for (const bytes of illFormed)
    test(`text of the bytes ${bytes.toString("hex")} ends the connection, wherever it stands (1.5.3-1, 1.5.3-2)`, () => {
      const bad = text(bytes);
      const places: Record<string, Buffer[]> = {
        "client id": [packet(0x10, "MQTT", [4, 2, 0, 0], bad)],
        "will topic": [connectPacket({ flags: 2 | WILL, rest: [bad, "gone"] })],
        "user name": [connectPacket({ flags: 0xc2, rest: [bad, "token"] })],
        PUBLISH: [connect, packet(0x30, bad, Buffer.from("x"))],
        SUBSCRIBE: [connect, packet(0x82, [0, 1], "topic/a", [0], bad, [0])],
        UNSUBSCRIBE: [connect, packet(0xa2, [0, 1], "topic/a", bad)],
      };
      for (const [place, packets] of Object.entries(places)) assert.ok(verdict(...packets), place);
      assert.equal(verdict(connectPacket({ rest: ["", bad] })), undefined, "a password is bytes");
    });

  for (const level of [0, 5, 6, 0x7f])
    test(`protocol level ${level} gets CONNACK 1 (3.1.2-2)`, () => {
      assert.equal(verdict(connectPacket({ level }))?.returnCode, 1);
    });
});
