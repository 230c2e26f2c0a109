import assert from "node:assert/strict";
import { code, createInbox, openBench, until } from "../bench.ts";
import { check } from "../check.ts";

const LIMIT = 1_000;
const bodies: Record<string, string> = {
  plain: "hello",
  empty: "",
  "multi-line": "one\ntwo\r\nthree\rfour\n\n",
  "looks like a stream": "data: x\n\nid: 1\nevent: y",
  "NUL and controls": "a\u0000b\u0001\u001f\u007f",
  "non-BMP": "\u{1F600}\u{10FFFF} e\u0301",
  "line separators": "\u2028\u2029\u0085\ufeff",
  "JSON and HTML": `{"a":"\\"}</script><!--`,
  blanks: "  leading and trailing \t ",
  "at the limit": "x".repeat(LIMIT),
  "at the limit, non-BMP": "\u{1F600}".repeat(LIMIT),
};

export const delivery = [
  check("delivers every kind of body unchanged, and refuses the others", { short: true }, async (bench) => {
    const ann = await bench.connect("ann");
    const bob = await bench.connect("bob");
    const inbox = createInbox();
    await bob.subscribe("user/bob", inbox.onEvent);
    const sent = Object.values(bodies);
    for (const body of sent) await ann.publish({ channel: "user/bob", body });
    for (const body of ["x".repeat(LIMIT + 1), "\u{1F600}".repeat(LIMIT + 1)]) {
      await assert.rejects(ann.publish({ channel: "user/bob", body }), code("body_too_long"));
    }
    await assert.rejects(ann.publish({ channel: "user/bob", body: "lone \ud800" }), code("invalid_body"));
    await inbox.waitFor(sent.length);
    assert.deepEqual(inbox.bodies, sent);
  }),

  check("carries bodies of 64 KiB when the hub allows them", { maxBodyCharacters: 65_536 }, async (bench) => {
    const ann = await bench.connect("ann");
    const inbox = createInbox();
    await ann.subscribe("topic/big", inbox.onEvent);
    const sent = ["x".repeat(65_536), "\u{1F600}".repeat(65_536), "\u0000".repeat(65_536)];
    for (const body of sent) await ann.publish({ channel: "topic/big", body });
    await inbox.waitFor(sent.length);
    assert.ok(inbox.bodies.every((body, index) => body === sent[index]));
    await assert.rejects(
      ann.publish({ channel: "topic/big", body: "x".repeat(65_537) }),
      code("body_too_long"),
    );
  }),

  check("tells what it delivers: id, channel, seq, from, at", { short: true }, async (bench) => {
    const ann = await bench.connect("ann");
    const inbox = createInbox();
    const { seq } = await ann.subscribe("topic/news", inbox.onEvent);
    const before = Date.now();
    const accepted = await ann.publish({ channel: "topic/news", body: "x" });
    await inbox.waitFor(1);
    const { id, at } = accepted;
    assert.equal(accepted.seq, seq + 1);
    assert.ok(at >= before && at <= Date.now(), "at is the hub's clock in milliseconds");
    const expected = {
      kind: "notification",
      id,
      channel: "topic/news",
      seq: accepted.seq,
      from: "ann",
      body: "x",
      at,
    };
    assert.deepEqual({ ...inbox.events[0] }, expected);
  }),

  check("keeps the order of a channel for every subscriber", { short: true }, async (bench) => {
    const publisher = await bench.connect("publisher");
    const inboxes = await Promise.all(
      ["a", "b", "c"].map(async (user) => {
        const inbox = createInbox();
        await (await bench.connect(user)).subscribe("topic/news", inbox.onEvent);
        return inbox;
      }),
    );
    const sent = Array.from({ length: 100 }, (_, index) => String(index));
    await Promise.all(sent.map((body) => publisher.publish({ channel: "topic/news", body })));
    for (const inbox of inboxes) {
      await inbox.waitFor(sent.length);
      assert.deepEqual(inbox.bodies, sent);
      assert.deepEqual(
        inbox.events.map((event) => event.seq),
        sent.map((_, index) => index + 1),
      );
    }
  }),

  check("reaches every device of a user, and nobody else", { short: true }, async (bench) => {
    const [phone, laptop, eve] = [createInbox(), createInbox(), createInbox()];
    await (await bench.connect("bob")).subscribe("user/bob", phone.onEvent);
    await (await bench.connect("bob")).subscribe("user/bob", laptop.onEvent);
    const other = await bench.connect("eve");
    await other.subscribe("user/eve", eve.onEvent);
    const ann = await bench.connect("ann");
    await ann.publish({ channel: "user/bob", body: "for bob" });
    await ann.publish({ channel: "user/eve", body: "for eve" });
    await Promise.all([phone.waitFor(1), laptop.waitFor(1), eve.waitFor(1)]);
    assert.deepEqual([phone.bodies, laptop.bodies, eve.bodies], [["for bob"], ["for bob"], ["for eve"]]);
  }),

  // If a text were parsed once for two clients, this transport's load processes would pay for one where others pay for two.
  check("gives each client of a process an event of its own", { network: true }, async (bench) => {
    const inboxes = await Promise.all(
      ["a", "b"].map(async (user) => {
        const inbox = createInbox();
        await (await bench.connect(user)).subscribe("topic/news", inbox.onEvent);
        return inbox;
      }),
    );
    const publisher = await bench.connect("publisher");
    await publisher.publish({ channel: "topic/news", body: "x" });
    const [a, b] = await Promise.all(
      inboxes.map(async (inbox) => {
        await inbox.waitFor(1);
        return inbox.events[0];
      }),
    );
    assert.deepEqual(a, b);
    assert.notEqual(a, b, "one object for both");
  }),

  check("keeps two servers apart", {}, async (bench, transport) => {
    const second = await openBench(transport);
    try {
      const [here, there] = [createInbox(), createInbox()];
      const ann = await bench.connect("ann");
      const other = await second.connect("ann");
      await ann.subscribe("topic/news", here.onEvent);
      await other.subscribe("topic/news", there.onEvent);
      await ann.publish({ channel: "topic/news", body: "here" });
      await other.publish({ channel: "topic/news", body: "there" });
      await Promise.all([here.waitFor(1), there.waitFor(1)]);
      assert.deepEqual([here.bodies, there.bodies], [["here"], ["there"]]);
    } finally {
      await second.close();
    }
  }),

  check("brings the read receipt to the sender, once a reader", { short: true }, async (bench) => {
    const ann = await bench.connect("ann");
    const bob = await bench.connect("bob");
    const eve = await bench.connect("eve");
    const [annInbox, bobInbox, eveInbox] = [createInbox(), createInbox(), createInbox()];
    await ann.subscribe("user/ann", annInbox.onEvent);
    await bob.subscribe("user/bob", bobInbox.onEvent);
    await eve.subscribe("user/eve", eveInbox.onEvent);
    const { id } = await ann.publish({ channel: "user/bob", body: "read me" });
    await bobInbox.waitFor(1);
    await assert.rejects(eve.markRead(id), code("unknown_notification"), "who can't read it can't mark it");
    await bob.markRead(id);
    await bob.markRead(id);
    await assert.rejects(bob.markRead("no-such-id"), code("unknown_notification"));
    await ann.publish({ channel: "user/ann", body: "a note to myself, behind the receipt" });
    await annInbox.waitFor(2);
    const receipt = annInbox.events[0];
    assert.ok(receipt?.kind === "receipt");
    assert.deepEqual([receipt.of, receipt.by, receipt.channel], [id, "bob", "user/ann"]);
    assert.equal(annInbox.events[1]?.kind, "notification", "reading twice sends one receipt");
    assert.equal(eveInbox.events.length, 0);
  }),

  check("delivers nothing once the client has closed", { short: true }, async (bench) => {
    const ann = await bench.connect("ann");
    const bob = await bench.connect("bob");
    const inbox = createInbox();
    await bob.subscribe("topic/news", inbox.onEvent);
    await bob.close();
    await until("the server forgets the session", () => bench.hub.counters.sessions === 1);
    await ann.publish({ channel: "topic/news", body: "too late" });
    assert.deepEqual(inbox.events, []);
    await assert.rejects(bob.publish({ channel: "topic/news", body: "x" }), code("closed"));
  }),
];
