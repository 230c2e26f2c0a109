import type { Results, Trial } from "../../harness/result/result.ts";
import { quantity } from "../prose/format.ts";
import { counted } from "../prose/text.ts";
import { type Html, html } from "./html.ts";
import { logScale, px, shortName } from "./svg.ts";

type Agents = NonNullable<NonNullable<Trial["metrics"]>["agents"]>;
type Agent = Agents["each"][number];

/** A trial with agents, and where in the results it is. */
interface AgentTrial {
  readonly trial: Trial;
  readonly index: number;
  readonly agents: Agents;
}

/** From this on an agent's median is far from the others': by half to either side. */
const FAR = 1.5;
const WIDTH = 460;
const ROW = 26;

/** Where the load came from, what each agent did, and which one stands apart; undefined where a run has no agents. */
export function agentsSection(results: Results): Html | undefined {
  const trials = results.trials.flatMap((trial, index): AgentTrial[] =>
    trial.metrics?.agents ? [{ trial, index, agents: trial.metrics.agents }] : [],
  );
  const [first] = trials;
  if (!first) return undefined;
  const scenarios = results.scenarios.flatMap(({ name }) => {
    const own = trials.filter(({ trial }) => trial.scenario === name);
    return own.length > 0 ? [{ name, own }] : [];
  });
  return html`<section id="agents"><h2>Where the load came from</h2>
<p>${counted(first.agents.each.filter(({ serves }) => !serves).length, "agent")} ran the load; the server was on ${first.agents.server.on}.
Each agent's clock is compared with the controller's; asymmetric paths can't be detected, but the bound covers them.</p>
${map(first)}
${machines(first)}
${scenarios.map(
  ({ name, own }) => html`<h3>${name}</h3>${outliers(own)}
<details><summary>What each agent did in ${counted(own.length, "trial")}</summary>${own.map(work)}</details>`,
)}
</section>`;
}

/** Who connected to what, in the first trial. */
function map({ agents: { each, server }, index }: AgentTrial): Html {
  const load = each.filter(({ serves }) => !serves);
  const all = load.reduce((sum, { users }) => sum + users, 0);
  const height = Math.max(60, ROW * load.length + 20);
  const middle = height / 2;
  const text = `${load.map(({ name, users }) => `${name} with ${counted(users, "user")}`).join(", ")} connected to the server on ${server.on} at ${server.host}`;
  return html`<svg class="plot-svg" viewBox="0 0 ${WIDTH} ${px(height)}" role="img" aria-label="${text}" data-path="/trials/${index}/metrics/agents">
${load.map(({ name, users }, place) => {
  const y = 10 + ROW * (place + 0.5);
  const thick = all === 0 ? 1 : 1 + (5 * users) / all;
  return html`<text x="0" y="${px(y + 4)}" font-size="12" fill="currentColor">${shortName(name, 18)}</text>
<path d="M 120 ${px(y)} C 200 ${px(y)} 210 ${px(middle)} 290 ${px(middle)}" fill="none" stroke="currentColor" stroke-opacity=".45" stroke-width="${px(thick)}"/>
<text x="128" y="${px(y - 3)}" font-size="11" fill="currentColor">${counted(users, "user")}</text>`;
})}
<rect x="290" y="${px(middle - 20)}" width="168" height="40" rx="5" fill="none" stroke="currentColor"/>
<text x="298" y="${px(middle - 3)}" font-size="12" fill="currentColor">server on ${shortName(server.on, 16)}</text>
<text x="298" y="${px(middle + 13)}" font-size="11" fill="currentColor">at ${shortName(server.host, 24)}</text>
</svg>`;
}

/** The machines, and what keeps their clocks. */
function machines({ agents: { each }, index }: AgentTrial): Html {
  return html`<p class="caption">The agents and their machines, as they say themselves</p>
<div class="scroll" tabindex="0" role="region" aria-label="The agents and their machines"><table data-path="/trials/${index}/metrics/agents/each">
<thead><tr><th scope="col">agent</th><th scope="col">machine</th><th scope="col">system</th><th scope="col">clock</th></tr></thead>
<tbody>${each.map(
    (one) => html`<tr><th scope="row">${one.name}${one.serves ? " (server)" : ""}</th>
<td>${one.machine.cpuModel}, ${counted(one.cores, "CPU")}, ${quantity("bytes", one.machine.memoryBytes)}${one.here ? ", also the controller's" : ""}</td>
<td>${one.machine.platform} ${one.machine.kernel}, ${one.machine.arch}</td><td>${one.clockSync}</td></tr>`,
  )}</tbody></table></div>`;
}

/** What each agent did in a trial. */
function work({ trial, index, agents }: AgentTrial): Html {
  const { each, latencyBoundUs, sameAgentP50Us, otherAgentP50Us } = agents;
  const total = each.reduce((sum, { deliveries }) => sum + deliveries, 0);
  const caption = `${trial.transport}, block ${trial.block + 1}: what each agent did`;
  const us = (value: number | undefined) => (value === undefined ? "–" : quantity("micros", value));
  const share = (value: number | undefined) => (value === undefined ? "–" : quantity("share", value));
  const both =
    sameAgentP50Us !== undefined && otherAgentP50Us !== undefined
      ? `The median within an agent is ${us(sameAgentP50Us)}, between agents ${us(otherAgentP50Us)} ± ${us(latencyBoundUs)}.`
      : "";
  return html`<p class="caption">${caption}. ${both}</p>
<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table data-path="/trials/${index}/metrics/agents/each">
<thead><tr><th scope="col">agent</th>${["users", "publishes", "share of deliveries", "lost", "p50", "p99", "send lag p99", "busiest process", "waited for a CPU", "clock bound", "drift"].map((head) => html`<th scope="col" class="n">${head}</th>`)}</tr></thead>
<tbody>${each
    .filter(({ serves }) => !serves)
    .map(
      (one) =>
        html`<tr><th scope="row">${one.name}</th>${[
          String(one.users),
          String(one.publishes),
          total === 0 ? "–" : share(one.deliveries / total),
          one.lost === undefined ? "–" : String(one.lost),
          us(one.deliveryP50Us),
          us(one.deliveryP99Us),
          us(one.sendLagP99Us),
          share(one.busiest),
          one.here ? "the controller's" : share(one.cpuPressure),
          us(one.boundUs),
          one.driftPpm === 0 ? "not seen" : `${one.driftPpm.toFixed(1)} ppm`,
        ].map((cell) => html`<td class="n">${cell}</td>`)}</tr>`,
    )}</tbody></table></div>`;
}

interface Deviation {
  readonly agent: string;
  readonly transport: string;
  readonly ratio: number;
}

/** Each agent's median by the median of all agents' in the same trial; undefined where there are none to compare. */
export function deviationsOf(trials: readonly Pick<AgentTrial, "trial" | "agents">[]): Deviation[] {
  return trials.flatMap(({ trial, agents }) => {
    const timed = agents.each.flatMap((one: Agent) =>
      one.deliveryP50Us === undefined || one.deliveryP50Us <= 0
        ? []
        : [{ agent: one.name, p50: one.deliveryP50Us }],
    );
    if (timed.length < 2) return [];
    const sorted = timed.map(({ p50 }) => p50).sort((a, b) => a - b);
    const half = Math.floor(sorted.length / 2);
    const upper = sorted[half] ?? 1;
    const middle = sorted.length % 2 === 1 ? upper : (upper + (sorted[half - 1] ?? upper)) / 2;
    return timed.map(({ agent, p50 }) => ({ agent, transport: trial.transport, ratio: p50 / middle }));
  });
}

/** A dot for each trial of each agent, by how far its median is from that of all; those far off are named. */
function outliers(trials: readonly AgentTrial[]): Html | undefined {
  const deviations = deviationsOf(trials);
  if (deviations.length === 0) return undefined;
  const names = [...new Set(deviations.map(({ agent }) => agent))];
  const [left, right] = [120, WIDTH - 10];
  const ratios = deviations.map(({ ratio }) => ratio);
  const x = logScale([...ratios, 1 / FAR, FAR], left, right);
  const height = ROW * names.length + 36;
  const isFar = ({ ratio }: Deviation) => ratio > FAR || ratio < 1 / FAR;
  const far = deviations.filter(isFar);
  const words =
    far.length === 0
      ? "All agents' medians are within 1.5x of their median."
      : `Outliers: ${far.map(({ agent, transport, ratio }) => `${agent} on ${transport} (${ratio.toFixed(2)} times the median)`).join(", ")}.`;
  return html`<p class="caption">Each agent's median delivery latency over the median of its trial's agents. ${words}</p>
<svg class="plot-svg" viewBox="0 0 ${WIDTH} ${px(height)}" role="img" aria-label="Deviation of each agent. ${words}">
<rect x="${px(x.at(1 / FAR))}" y="4" width="${px(x.at(FAR) - x.at(1 / FAR))}" height="${px(height - 32)}" fill="currentColor" fill-opacity=".07"/>
<line x1="${px(x.at(1))}" x2="${px(x.at(1))}" y1="4" y2="${px(height - 28)}" stroke="currentColor" stroke-dasharray="3 3"/>
${x.ticks.map((tick) => html`<text x="${px(x.at(tick))}" y="${px(height - 10)}" font-size="11" text-anchor="middle" fill="currentColor">${String(tick)}</text>`)}
${names.map((name, row) => {
  const y = 4 + ROW * (row + 0.5);
  return html`<text x="0" y="${px(y + 4)}" font-size="12" fill="currentColor">${shortName(name, 18)}</text>
${deviations
  .filter(({ agent }) => agent === name)
  .map(
    (one) =>
      html`<circle cx="${px(x.at(one.ratio))}" cy="${px(y)}" r="4" fill="${isFar(one) ? "currentColor" : "none"}" stroke="currentColor"><title>${one.transport}: ${one.ratio.toFixed(2)}</title></circle>`,
  )}`;
})}
</svg>`;
}
