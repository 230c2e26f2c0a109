import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { renderMarkdown } from "../formats/markdown.ts";
import { metricsOf, resultsOf, unwell } from "../model/results.test-fixture.ts";
import { summarize } from "../model/summary.ts";
import { serviceAnswer } from "../prose/service.ts";
import { bare } from "./assets.test-fixture.ts";
import { renderHtml } from "./page.ts";

const SERVICE = { transports: ["websocket", "long-polling"], scenarios: ["seed"], blocks: 4 };
const answerOf = (results: ReturnType<typeof resultsOf>) => {
  const [scenario] = summarize(results);
  assert.ok(scenario);
  return serviceAnswer(scenario, results).join("\n");
};

describe("the sheet about a service", () => {
  test("comes first on the page, with one title, and is on no page without that scenario", () => {
    const page = renderHtml(resultsOf(SERVICE), bare);
    assert.ok(page.indexOf('id="service"') < page.indexOf('id="answer"'));
    assert.ok(page.includes('id="service"') && page.match(/<h1>/g)?.length === 1);
    const other = renderHtml(resultsOf({ ...SERVICE, scenarios: ["notify"] }), bare);
    assert.ok(!other.includes('id="service"'));
    assert.equal(other.match(/<h1>/g)?.length, 1);
  });

  test("works out CPUs and bandwidth from figures that it names", () => {
    const twice = resultsOf({
      ...SERVICE,
      trial: (trial) => ({ ...trial, metrics: metricsOf(trial.transport === "websocket" ? 1 : 2) }),
    });
    const page = renderHtml(twice, bare);
    // 90 us x 50 a second, and twice that; 700 B x 50 x 8.
    assert.match(page, /0\.00450<small>/);
    assert.match(page, /0\.00900<small>/);
    assert.match(page, /0\.280 Mbit\/s<small>/);
    assert.match(page, /0\.560 Mbit\/s<small>/);
    assert.match(page, /<\/span> of server CPU per delivery x 50 a second<\/small>/);
    assert.match(answerOf(twice), /with at most 0\.90 % of one CPU/);
  });

  test("is in the Markdown as well", () => {
    const text = renderMarkdown(resultsOf(SERVICE));
    assert.match(text, /^## For this service, on this machine\n/);
    assert.match(text, /\| transport \| CPUs at 50 a second \|/);
    assert.doesNotMatch(renderMarkdown(resultsOf({ ...SERVICE, scenarios: ["notify"] })), /For this service/);
  });

  test("ranks nothing that was observed once, and names who did not make it", () => {
    assert.match(answerOf(resultsOf({ ...SERVICE, blocks: 1 })), /^Nothing is ranked/);
    const trouble = resultsOf({
      ...SERVICE,
      trial: (trial) => (trial.transport === "websocket" ? trial : unwell(trial, "failed", "no server")),
    });
    const text = answerOf(trouble);
    assert.match(text, /carried the service on websocket,/);
    assert.match(text, /long-polling failed.*no server/);
  });
});
