import { connect } from "node:net";

/** Sends a text over a Unix socket, and settles with the answer as soon as `complete` finds it so, or at its end. Rejects as connecting does. */
export function ask(socketPath: string, text: string, complete: (answer: string) => boolean = () => false) {
  return new Promise<string>((resolve, reject) => {
    const socket = connect(socketPath, () => socket.write(text));
    let answer = "";
    socket.setEncoding("utf8").setTimeout(PATIENCE_MS, () => socket.destroy(new Error("no answer")));
    socket.on("data", (chunk: string) => {
      answer += chunk;
      if (complete(answer)) socket.destroy();
    });
    socket.once("error", reject);
    socket.once("close", () => resolve(answer));
  });
}

const PATIENCE_MS = 2_000;
