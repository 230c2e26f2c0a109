import type { Results } from "../../harness/result/result.ts";
import { factsOf } from "../model/looks.ts";
import { listed, plain } from "../prose/text.ts";
import type { Answer, Requirement } from "./input.ts";

/** What one may ask of a transport before any figure counts. */
export const REQUIREMENTS = [
  {
    key: "browser",
    label: "Browser",
    about: "a web page can be the client, without a plug-in or a gateway",
  },
  {
    key: "bidirectional",
    label: "Bidirectional",
    about: "the client sends on the connection that it receives on",
  },
  { key: "binary", label: "Binary", about: "a body of any bytes, without an encoding as text" },
  {
    key: "proxies",
    label: "Any HTTP proxy",
    about: "passes a proxy that knows HTTP/1.1 requests and answers and nothing else",
  },
  {
    key: "resumption",
    label: "Resumption",
    about: "a client that was cut off gets what it missed, as far as the server still holds it",
  },
  {
    key: "offline",
    label: "Offline devices",
    about: "the server keeps messages for a device that is away, by the protocol's own means",
  },
] as const satisfies readonly Requirement[];

/** A transport's answer to each requirement, in their order; what the run itself showed of resumption stands beside the fact. */
export function answersOf(transport: string, results: Results): Answer[] {
  const traits = factsOf(transport, results)?.traits;
  return REQUIREMENTS.map(({ key }) => {
    const trait = traits?.[key];
    const shown = key === "resumption" ? resumptionShown(transport, results) : undefined;
    if (!trait) {
      const unknown = "unknown for your own transport; check it yourself";
      return shown ?? { meets: "unknown", reason: unknown };
    }
    const reason = plain(trait.reason);
    return { meets: trait.meets, reason: shown ? `${reason}; ${shown.reason}` : reason };
  });
}

/** What became of deliveries to clients that this run cut off; undefined where it did not, or nothing had to be replayed. */
function resumptionShown(transport: string, { trials }: Results): Answer | undefined {
  const cuts = trials.flatMap(({ transport: of, state, scenario, metrics }) => {
    const cut = metrics?.faults?.some(
      ({ kind, lostConnections }) => (kind === "link-cut" || kind === "link-reset") && lostConnections > 0,
    );
    return of === transport && state === "completed" && cut && metrics?.resumption
      ? { scenario, ...metrics.resumption }
      : [];
  });
  if (cuts.length === 0) return undefined;
  const total = (read: (cut: (typeof cuts)[number]) => number) =>
    cuts.reduce((sum, cut) => sum + read(cut), 0);
  const lost = total(({ declaredLost, undeclaredLost }) => declaredLost + undeclaredLost);
  const replayed = total((cut) => cut.replayed);
  const where = `in this run (${listed([...new Set(cuts.map(({ scenario }) => plain(scenario)))])})`;
  const text = `${where} ${replayed.toLocaleString("en-US")} deliveries were replayed and ${lost.toLocaleString("en-US")} lost`;
  return { meets: lost === 0 && replayed > 0 ? "yes" : "no", reason: text };
}
