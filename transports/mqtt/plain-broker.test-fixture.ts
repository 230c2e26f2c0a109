import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { Aedes } from "aedes";
import { onTestFinished } from "vitest";

/** A broker that knows nothing of the lab, for as long as the test runs. */
export async function openPlainBroker() {
  const broker = await Aedes.createBroker();
  const server = createServer(broker.handle).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(async () => {
    await new Promise<void>((resolve) => broker.close(resolve));
    server.close();
  });
  return { broker, url: `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}` };
}
