import { EventEmitter } from "node:events";
import { LabError } from "../../core/errors.ts";
import { msgpack } from "../codec/msgpack.ts";
import { isPacket, type Packet } from "./packet.ts";

/** One map a packet, whatever it holds: none is followed by attachments. */
class Encoder {
  /** Without what else the library keeps in a packet, such as `options`. */
  encode({ type, nsp, data, id }: Packet): Buffer[] {
    return [msgpack.encode({ type, nsp, data, id })];
  }
}

/** Emits `decoded` with each packet. */
class Decoder extends EventEmitter {
  /** Throws `malformed` for what is no packet; the library then closes this one connection. */
  add(chunk: unknown): void {
    if (!Buffer.isBuffer(chunk)) throw new LabError("malformed", "a packet must be in a binary message");
    const packet = msgpack.parse(chunk);
    if (!isPacket(packet)) throw new LabError("malformed", "not a Socket.IO packet");
    this.emit("decoded", packet);
  }

  /** Part of the interface: nothing is ever held between two packets. */
  destroy(): void {
    this.removeAllListeners();
  }
}

/** For the option `parser` of socket.io and socket.io-client (Socket.IO documentation, Custom parser); both ends need it. */
export const msgpackParser = { Encoder, Decoder };
