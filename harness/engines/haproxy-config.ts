import { type BalancerPlan, COOKIE, KEEP_ALIVE_SECONDS, settingsOf } from "./balancer-plan.ts";

/** The configuration of HAProxy (2.6 or newer) for one transport. */
export function haproxyConfig(plan: BalancerPlan): string {
  return `${[globals(plan), defaults(plan), frontend(plan), backend(plan)].join("\n\n")}\n`;
}

function globals(plan: BalancerPlan): string {
  const { maxConnections } = settingsOf(plan);
  return section("global", [
    plan.threads !== undefined && `nbthread ${plan.threads}`,
    maxConnections > 0 && `maxconn ${maxConnections}`,
    plan.control && `stats socket ${plan.control} mode 600 level admin`,
  ]);
}

function defaults(plan: BalancerPlan): string {
  const { idleSeconds } = settingsOf(plan);
  const http = plan.balancing.mode !== "tcp";
  return section("defaults", [
    `mode ${http ? "http" : "tcp"}`,
    "timeout connect 5s",
    "# Silence that is allowed: longer than interval and time-out of a heartbeat (10 s + 5 s).",
    `timeout client ${idleSeconds}s`,
    `timeout server ${idleSeconds}s`,
    http && "# The same of what was upgraded, to WebSocket.",
    http && `timeout tunnel ${idleSeconds}s`,
    http && "# A request has to come in within this time; between two requests a connection may rest.",
    http && "timeout http-request 10s",
    http && `timeout http-keep-alive ${KEEP_ALIVE_SECONDS}s`,
    http && "# Parts of an answer are passed on as they come.",
    http && "option http-no-delay",
    "# Who can't be connected is tried again at another node; a request that was sent is never repeated.",
    "option redispatch 1",
    "retries 3",
  ]);
}

function frontend(plan: BalancerPlan): string {
  const { http2, maxConnections, upgrades } = settingsOf(plan);
  return section("frontend clients", [
    `bind ${plan.listen}${plan.balancing.mode === "grpc" && http2 ? " proto h2" : ""}`,
    maxConnections > 0 && `maxconn ${maxConnections}`,
    plan.balancing.mode === "http" && !upgrades && "http-request del-header upgrade",
    "default_backend nodes",
  ]);
}

function backend(plan: BalancerPlan): string {
  const { balancing, nodes } = plan;
  const { sticky, http2 } = settingsOf(plan);
  const { mode, probe } = balancing;
  const http = mode !== "tcp";
  const cookie = http && balancing.sticky && sticky;
  const byAddress = !http && balancing.sticky && sticky;
  const protocol = mode === "grpc" && http2 ? " proto h2 check-proto h2" : "";
  return section("backend nodes", [
    byAddress && "# What it can't read it can only tell apart by where it comes from.",
    byAddress ? "balance source\n  hash-type consistent" : "balance leastconn",
    http && "# A client's connection has one of its own to the node, so that both end together.",
    http && "http-reuse never",
    cookie && "# Each request of a session goes to the node that has it.",
    cookie && `cookie ${COOKIE} insert indirect nocache httponly`,
    http && "# A node is up when it answers at all, until there is a health endpoint.",
    http && "option httpchk",
    http && `http-check send ${mode === "grpc" && http2 ? GRPC_CHECK : HTTP_CHECK}`,
    http && "http-check expect rstatus ^[234]",
    probe && "option tcp-check",
    probe && `tcp-check send-binary ${probe.send}`,
    probe && `tcp-check expect rbinary ^${probe.expect}`,
    "# A busy node may take its time; at the start one failure is enough.",
    "timeout check 2s",
    `default-server check inter 1s fall 2 rise 1${protocol}`,
    ...nodes.map(({ name, address }) => `server ${name} ${address}${cookie ? ` cookie ${name}` : ""}`),
  ]);
}

const HTTP_CHECK = "meth GET uri / ver HTTP/1.1 hdr host notif-lab";
/** Of a service that the node does not have, which it says with status 200. */
const GRPC_CHECK =
  "meth POST uri /grpc.health.v1.Health/Check ver HTTP/2 hdr host notif-lab hdr content-type application/grpc";

function section(head: string, lines: readonly (string | false | undefined)[]): string {
  return [head, ...lines.filter((line) => typeof line === "string").map((line) => `  ${line}`)].join("\n");
}
