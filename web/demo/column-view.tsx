import { memo } from "react";
import type { Arrival } from "./arrivals.ts";
import type { Column, ColumnView } from "./column.ts";
import { Faults } from "./faults.tsx";
import type { DemoColumn, DemoLink } from "./messages.ts";
import { TOPIC } from "./messages.ts";
import { Sparkline } from "./sparkline.tsx";
import { useStore } from "./store.ts";
import { bytes, count, median, milliseconds } from "./text.ts";

export function ColumnPanel({ column, links }: { column: Column; links: readonly DemoLink[] }) {
  const view = useStore(column.view);
  const { look } = column;
  const unread = view.arrivals.some(({ receipt }) => receipt === null);
  return (
    <section className="column" aria-labelledby={`name-${look.name}`}>
      <h2 id={`name-${look.name}`}>
        <Mark look={look} />
        {look.name}
      </h2>
      <Standing view={view} />
      <div className="latency">
        <span className="figure">{milliseconds(median(view.latencies))}</span>
        <span className="soft">median of the last {view.latencies.length}</span>
        <Sparkline values={view.latencies} color={look.color} />
      </div>
      <Figures view={view} />
      <Faults columns={[look.name]} of={look.name} proxy={view.proxy} links={links}>
        <button
          type="button"
          disabled={!unread}
          aria-label={`Mark read, the newest over ${look.name}`}
          onClick={() => void column.markRead()}
        >
          Mark read
        </button>
      </Faults>
      <div className="lines" role="status" aria-label={`What happened to ${look.name}`}>
        {view.lines.map(({ number, text }) => (
          <p key={number}>{text}</p>
        ))}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so that the keyboard has to reach it */}
      <section className="list" tabIndex={0} aria-label={`Notifications over ${look.name}`}>
        {view.arrivals.length === 0 ? <p className="soft">Nothing yet.</p> : null}
        <ol>
          {view.arrivals.map((arrival) => (
            <Item key={arrival.id} arrival={arrival} column={column} />
          ))}
        </ol>
      </section>
    </section>
  );
}

export function Mark({ look: { color, marker, hollow } }: { look: DemoColumn }) {
  return (
    <svg className="marker" aria-hidden="true" fill={hollow ? "none" : color} stroke={color}>
      <use href={`#${marker}`} />
    </svg>
  );
}

function Standing({ view: { standing, reason, proxy } }: { view: ColumnView }) {
  const extra = [
    ...(proxy?.restarting ? ["server restarting"] : []),
    ...(proxy?.stalled ? ["stalled"] : []),
    ...(proxy?.link ? [`link: ${proxy.link}`] : []),
  ];
  return (
    <p className={`standing ${standing}`}>
      <strong>{standing}</strong>
      {reason === "" ? null : <span>{reason}</span>}
      {extra.length === 0 ? null : <span className="extra">{extra.join(", ")}</span>}
    </p>
  );
}

function Figures({ view: { counters, receipts, receiptMs, proxy } }: { view: ColumnView }) {
  const { received, replayed, missed, lost, repeated } = counters;
  const figures = [
    ["bytes down", bytes(proxy?.bytesDown ?? 0)],
    ["bytes up", bytes(proxy?.bytesUp ?? 0)],
    ["received", count(received)],
    ["replayed", count(replayed)],
    ["missed", count(missed)],
    ["lost", count(lost)],
    ["repeated", count(repeated)],
    ["receipts", receipts === 0 ? "0" : `${count(receipts)} · ${milliseconds(receiptMs)}`],
  ] as const;
  return (
    <dl className="figures">
      {figures.map(([name, value]) => (
        <div key={name} className={name === "lost" && lost > 0 ? "bad" : ""}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

const Item = memo(({ arrival, column }: { arrival: Arrival; column: Column }) => {
  const { id, body, channel, latencyMs, late, receipt } = arrival;
  return (
    <li className={channel === TOPIC ? "" : "direct"}>
      <span className="body">{body}</span>
      <span className="meta">
        {channel === TOPIC ? null : <span>to bob</span>}
        {late ? <span className="late">late</span> : <span>{milliseconds(latencyMs)}</span>}
        {receipt === null ? null : (
          <span className="read">{receipt === "sent" ? "read…" : `✓ read, ${milliseconds(receipt)}`}</span>
        )}
        {receipt === null && channel !== TOPIC ? (
          <button type="button" onClick={() => void column.markRead(id)}>
            Mark read
          </button>
        ) : null}
      </span>
    </li>
  );
});
