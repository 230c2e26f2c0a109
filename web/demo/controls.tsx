import { type FormEvent, useState } from "react";
import type { Column } from "./column.ts";
import { Faults } from "./faults.tsx";
import type { DemoData, DemoState } from "./messages.ts";
import { TOPIC } from "./messages.ts";
import { give } from "./service.ts";

/** What one can do to all columns at once. */
export function Controls({
  columns,
  data,
  state,
}: {
  columns: readonly Column[];
  data: DemoData;
  state: DemoState | undefined;
}) {
  const names = columns.map(({ look }) => look.name);
  const all = names.map((name) => state?.proxies[name]);
  const links = new Set(all.map((proxy) => proxy?.link ?? null));
  const [first] = all;
  const common = first && {
    ...first,
    stalled: all.every((proxy) => proxy?.stalled === true),
    link: links.size === 1 ? first.link : null,
  };
  return (
    <div className="controls">
      <Send columns={columns} />
      <Rate perSecond={state?.perSecond ?? 0} most={data.maxPerSecond} />
      <fieldset>
        <legend>All columns</legend>
        <Faults columns={names} of="all columns" proxy={common} links={data.links}>
          <button
            type="button"
            aria-label="Mark read, the newest everywhere"
            onClick={() => {
              for (const column of columns) void column.markRead();
            }}
          >
            Mark read
          </button>
        </Faults>
      </fieldset>
    </div>
  );
}

const SERVICE = "";

function Send({ columns }: { columns: readonly Column[] }) {
  const [body, setBody] = useState("Lunch at noon?");
  const [channel, setChannel] = useState("user/bob");
  const [through, setThrough] = useState(SERVICE);
  const [answer, setAnswer] = useState("");
  const send = async (event: FormEvent) => {
    event.preventDefault();
    try {
      const column = columns.find(({ look }) => look.name === through);
      await (column ? column.send(channel, body) : give({ order: "send", channel, body }));
      setAnswer("");
    } catch (error) {
      setAnswer(`Not sent: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  return (
    <form onSubmit={send}>
      <fieldset>
        <legend>Send as ann</legend>
        <input
          type="text"
          aria-label="Text"
          value={body}
          maxLength={1_000}
          onChange={({ target }) => setBody(target.value)}
        />
        <label>
          to{" "}
          <select value={channel} onChange={({ target }) => setChannel(target.value)}>
            <option value="user/bob">bob</option>
            <option value={TOPIC}>{TOPIC}</option>
          </select>
        </label>
        <label>
          through{" "}
          <select value={through} onChange={({ target }) => setThrough(target.value)}>
            <option value={SERVICE}>the service</option>
            {columns.map(({ look: { name } }) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <button type="submit" className="primary">
          Send
        </button>
        <output>{answer}</output>
      </fieldset>
    </form>
  );
}

function Rate({ perSecond, most }: { perSecond: number; most: number }) {
  // What the reader drags, until the process says the same.
  const [wanted, setWanted] = useState<number>();
  const value = wanted ?? perSecond;
  return (
    <fieldset>
      <legend>News</legend>
      <label>
        <input
          type="range"
          min="0"
          max={most}
          value={value}
          aria-valuetext={`${value} a second`}
          onChange={({ target }) => {
            const next = Number(target.value);
            setWanted(next);
            void give({ order: "rate", perSecond: next })
              .catch(() => undefined)
              .then(() => setWanted((now) => (now === next ? undefined : now)));
          }}
        />
        <span className="rate">{value} a second</span>
      </label>
    </fieldset>
  );
}
