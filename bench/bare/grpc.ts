import {
  Client,
  credentials,
  Metadata,
  Server,
  ServerCredentials,
  type ServerDuplexStream,
} from "@grpc/grpc-js";
import { type ClientMessage, ServerMessage } from "../../transports/grpc/generated/messages.ts";
import { NotificationsService } from "../../transports/grpc/generated/notif.ts";
import type { BareTransport } from "./bare.ts";

const encode = (message: ServerMessage["message"]) => Buffer.from(ServerMessage.encode({ message }).finish());

/** What the server writes is ready-made: the naive serializer would encode a broadcast once for each stream. */
const service = {
  connect: { ...NotificationsService.connect, responseSerialize: (encoded: Buffer) => encoded },
};

export const grpc: BareTransport = {
  transport: "grpc",
  loop: "write() of one message",
  serve: async () => {
    const calls = new Set<ServerDuplexStream<ClientMessage, Buffer>>();
    const server = new Server();
    server.addService(service, {
      connect: (call: ServerDuplexStream<ClientMessage, Buffer>) => {
        calls.add(call);
        call.once("cancelled", () => calls.delete(call));
        call.on("data", ({ ref }) => call.write(encode({ $case: "done", value: { ref } })));
        call.write(encode({ $case: "welcome", value: { session: "", heartbeatMs: 0 } }));
      },
    });
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) => {
        if (error) reject(error);
        else resolve(bound);
      });
    });
    return {
      url: `grpc://127.0.0.1:${port}`,
      broadcast: (text) => {
        const value = { id: "", channel: "", seq: 0, from: "", body: text, at: 0 };
        const message = encode({ $case: "notification", value });
        for (const call of calls) call.write(message);
      },
      close: async () => server.forceShutdown(),
    };
  },
  subscribe: (url, token, channel, onMessage) =>
    new Promise((resolve, reject) => {
      const client = new Client(new URL(url).host, credentials.createInsecure(), {
        "grpc.use_local_subchannel_pool": 1,
      });
      const metadata = new Metadata();
      metadata.set("authorization", `Bearer ${token}`);
      const { path, requestSerialize, responseDeserialize } = NotificationsService.connect;
      const call = client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize, metadata);
      call.once("error", reject);
      let answers = 0;
      call.on("data", () => {
        answers += 1;
        if (answers > 2) onMessage();
        else if (answers === 2) resolve({ close: () => client.close() });
        else call.write({ ref: 1, operation: { $case: "subscribe", value: { channel, resume: undefined } } });
      });
    }),
};
