import { createRoot } from "react-dom/client";
import "./demo.css";
import { Column } from "./column.ts";
import { ColumnPanel } from "./column-view.tsx";
import { Controls } from "./controls.tsx";
import { createFrames } from "./frames.ts";
import type { DemoData, DemoState } from "./messages.ts";
import { followState } from "./service.ts";
import { Store, useStore } from "./store.ts";

const part = (id: string) => {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return found;
};
const data: DemoData = JSON.parse(part("data").textContent ?? "");
const frames = createFrames();
const columns = data.columns.map((look) => new Column(look, data.tokens, frames));
let state: DemoState | undefined;
let reached = true;
const process = new Store(frames, () => ({ state, reached }));

followState((told) => {
  reached = told !== undefined;
  if (told) {
    state = told;
    for (const column of columns) column.update(told);
  }
  process.changed();
});

function Demo() {
  const { state, reached } = useStore(process);
  return (
    <>
      <header>
        <h1>One notification, side by side</h1>
        <p>
          Ann sends and bob reads, once over each transport. Cut a connection, stall it, slow it down, restart
          its server, and watch what bob misses.
        </p>
        <p role="alert" className="ended">
          {reached
            ? ""
            : "The demo has ended or can't be reached. Start it again with notif-lab demo, and reload this page."}
        </p>
      </header>
      <main>
        <Controls columns={columns} data={data} state={state} />
        <div className="columns">
          {columns.map((column) => (
            <ColumnPanel key={column.look.name} column={column} links={data.links} />
          ))}
        </div>
      </main>
      <footer className="soft">
        Latency is from publish to arrival, by this machine's clock in whole milliseconds. Bytes are what has
        passed between page and server, of all connections of a transport so far. Everything is on this
        machine, and the columns share one process and one page, where one comes after the other: this shows
        how transports behave, not how fast they are. notif-lab bench measures that.
      </footer>
    </>
  );
}

createRoot(part("root")).render(<Demo />);
