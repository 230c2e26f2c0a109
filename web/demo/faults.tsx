import type { ReactNode } from "react";
import type { DemoLink, DemoOrder, ProxyState } from "./messages.ts";
import { give } from "./service.ts";

/** What one can do to the connections of these columns. */
export function Faults({
  columns,
  of,
  proxy,
  links,
  children,
}: {
  columns: readonly string[];
  /** In the names of the buttons, for who does not see which column they are in. */
  of: string;
  proxy: ProxyState | undefined;
  links: readonly DemoLink[];
  children?: ReactNode;
}) {
  const order = (one: DemoOrder) => void give(one).catch(() => undefined);
  const button = (fault: "cut" | "stall" | "flow" | "restart", text: string, title: string) => (
    <button
      type="button"
      title={title}
      aria-label={`${text} ${of}`}
      onClick={() => order({ order: fault, columns })}
    >
      {text}
    </button>
  );
  return (
    <div className="faults">
      {button("cut", "Cut", "Resets every connection once")}
      {proxy?.stalled
        ? button("flow", "Let flow", "What was held back comes now")
        : button("stall", "Stall", "Nothing comes from the server, and nobody is told")}
      {button("restart", "Restart", "Ends the server, and starts it again a second later")}
      <select
        aria-label={`Link of ${of}`}
        title="Delay and bandwidth between page and server"
        value={proxy?.link ?? ""}
        onChange={({ target: { value } }) =>
          order({ order: "link", columns, link: value === "" ? null : value })
        }
      >
        <option value="">full speed</option>
        {links.map(({ name, about }) => (
          <option key={name} value={name} title={about}>
            {name}
          </option>
        ))}
      </select>
      {children}
    </div>
  );
}
