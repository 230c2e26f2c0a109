// A client alone, for a service that runs already: server-sent events read by fetch, and requests by POST. This one is for `notif-lab serve sse`.
import { createHmac } from "node:crypto";

// The lab's token says which of its users the client is; the service wants one that it can check.
function tokenFor(labToken) {
  const { sub, exp } = JSON.parse(Buffer.from(labToken.split(".")[1], "base64url"));
  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const text = `${part({ alg: "HS256", typ: "JWT" })}.${part({ sub, exp })}`;
  const key = process.env.NOTIF_LAB_SECRET ?? "";
  return `${text}.${createHmac("sha256", key).update(text).digest("base64url")}`;
}

const failure = (code, message) => Object.assign(new Error(message), { code });

async function connect({ url }, { token }) {
  const follows = new Map();
  const stream = new AbortController();
  const answer = await fetch(`${url}/events`, {
    headers: { authorization: `Bearer ${tokenFor(token)}` },
    signal: stream.signal,
  });
  if (!answer.ok) throw failure("unauthenticated", `the service answered ${answer.status}`);
  let welcome;
  const session = new Promise((resolve) => {
    welcome = ({ session }) => resolve(session);
  });
  const closed = read(answer.body, (type, message) => {
    if (type === "welcome") welcome(message);
    else if (type === "") follows.get(message.channel)?.(message);
  });
  const headers = { "content-type": "application/json", "x-session": await session };
  const post = async (path, fields) => {
    const body = JSON.stringify(fields);
    const answer = await fetch(url + path, { method: "POST", headers, body });
    const result = await answer.json();
    if (!answer.ok) throw failure(result.code, result.message);
    return result;
  };
  return {
    closed,
    // What comes for the channel goes to `onEvent`: { kind: "notification", id, channel, body } is all that the lab looks at.
    subscribe: (channel, onEvent) => {
      follows.set(channel, onEvent);
      return post("/subscribe", { channel });
    },
    publish: ({ channel, body }) => post("/publish", { channel, body }),
    // Where a service knows no read receipts: throw failure("unsupported", "no receipts here").
    markRead: (id) => post("/read", { id }),
    close: async () => {
      stream.abort();
      await closed;
    },
  };
}

/** Settles when the stream has ended, with why. */
async function read(body, on) {
  let rest = "";
  try {
    for await (const text of body.pipeThrough(new TextDecoderStream())) {
      const blocks = (rest + text).split("\n\n");
      rest = blocks.pop();
      for (const block of blocks) {
        const field = (name) => new RegExp(`^${name}:(.*)$`, "m").exec(block)?.[1];
        const data = field("data");
        if (data !== undefined) on(field("event") ?? "", JSON.parse(data));
      }
    }
    return { code: "closed", message: "the service ended the stream" };
  } catch (error) {
    return { code: "closed", message: String(error) };
  }
}

export default {
  name: "my-service",
  summary: "a service that runs already, by server-sent events",
  packages: [],
  connect,
};
