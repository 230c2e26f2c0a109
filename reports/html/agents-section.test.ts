import { expect, test } from "vitest";
import type { Results } from "../../harness/result/result.ts";
import { type Agents, agentOf, withAgents } from "../model/agents.test-fixture.ts";
import { agentsSection, deviationsOf } from "./agents-section.ts";
import { real } from "./documents.test-fixture.ts";

const agent = (name: string, deliveryP50Us: number) => agentOf(name, { deliveryP50Us });
const runBy = (each: Agents["each"]) => withAgents(real, each, { on: "big<one>", host: "10.0.0.9" });

test("a run without agents says nothing of them", () => {
  expect(agentsSection(real)).toBeUndefined();
});

test("the page says who connected to what, what each did and on which machine, in text that is text", () => {
  const page = agentsSection(runBy([agent("a", 400), agent("b", 420)]))?.markup ?? "";
  expect(page).toContain("2 agents ran the load; the server was on big&#60;one&#62;");
  expect(page).not.toContain("big<one>");
  expect(page).toContain("a with 10 users, b with 10 users connected to the server on");
  for (const word of ["A CPU, 4 CPUs", "linux 6.1, x64", "chrony: 3.0 us off ntp", "1.5 ppm", "50 %"])
    expect(page).toContain(word);
  expect(page).toContain("All agents&#39; medians are within 1.5x of their median.");
});

test("an agent that is far from the others is named, and no other", () => {
  const page = agentsSection(runBy([agent("a", 400), agent("b", 420), agent("slow", 900)]))?.markup ?? "";
  const [, words = ""] =
    page.match(/<p class="caption">Each agent's median[^<]*trial's agents\. ([^<]*)<\/p>/) ?? [];
  expect(words).toMatch(/^Outliers: slow on \S+ \(2\.14 times the median\)/);
  expect(words).not.toMatch(/\b[ab] on /);
});

test("deviations are from the median of the agents of the same trial, and one agent deviates from nobody", () => {
  const [trial] = real.trials;
  if (!trial) throw new Error("there is no trial");
  const of = (...each: Agents["each"]) =>
    deviationsOf([{ trial, agents: { ...agentsIn(runBy(each)) } }]).map(({ agent: name, ratio }) => [
      name,
      ratio,
    ]);
  expect(of(agent("a", 100), agent("b", 300))).toEqual([
    ["a", 0.5],
    ["b", 1.5],
  ]);
  expect(of(agent("a", 100))).toEqual([]);
});

function agentsIn({ trials }: Results): Agents {
  const found = trials.flatMap(({ metrics }) => metrics?.agents ?? [])[0];
  if (!found) throw new Error("there are no agents");
  return found;
}
