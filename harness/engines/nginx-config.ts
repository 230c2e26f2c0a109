import { type BalancerPlan, COOKIE, KEEP_ALIVE_SECONDS, settingsOf } from "./balancer-plan.ts";

/** What differs where the lab itself runs nginx. */
export interface NginxSurroundings {
  /** A folder for all that nginx wants to write. Default: nginx's own. */
  readonly folder?: string;
  /** A module of nginx to load for mode `tcp`, where it is not built in. */
  readonly streamModule?: string | undefined;
}

/** The configuration of nginx (1.22 or newer) for one transport. */
export function nginxConfig(plan: BalancerPlan, surroundings: NginxSurroundings = {}): string {
  const { control, balancing } = plan;
  const tcp = balancing.mode === "tcp";
  const blocks = [
    main(plan, surroundings),
    tcp ? stream(plan) : undefined,
    tcp && !control ? undefined : http(plan, surroundings),
  ];
  return `${blocks.filter((block) => block !== undefined).join("\n\n")}\n`;
}

/** Two for a client: its own, and the one to the node. */
const SOCKETS_A_CLIENT = 2;
const SOCKETS_BESIDES = 64;
const MANY = 8_192;

function main(plan: BalancerPlan, { folder, streamModule }: NginxSurroundings): string {
  const { maxConnections } = settingsOf(plan);
  const connections =
    maxConnections > 0 ? SOCKETS_A_CLIENT * maxConnections : SOCKETS_A_CLIENT * MANY + SOCKETS_BESIDES;
  return [
    ...(plan.balancing.mode === "tcp" && streamModule ? [`load_module ${streamModule};`] : []),
    ...(folder
      ? ["daemon off;", "master_process off;", `pid ${folder}/nginx.pid;`, "error_log stderr warn;"]
      : ["worker_processes auto;", `worker_rlimit_nofile ${connections + SOCKETS_BESIDES};`]),
    block("events", [
      "# Each client takes two: its own, and the one to the node.",
      `worker_connections ${connections};`,
    ]),
  ].join("\n");
}

function stream(plan: BalancerPlan): string {
  const { sticky, idleSeconds } = settingsOf(plan);
  return block("stream", [
    upstream(plan, plan.balancing.sticky && sticky ? "hash $remote_addr consistent;" : "least_conn;"),
    block("server", [
      `listen ${listenOn(plan)};`,
      "proxy_pass nodes;",
      "proxy_connect_timeout 5s;",
      "# Silence that is allowed: longer than interval and time-out of a heartbeat (10 s + 5 s).",
      `proxy_timeout ${idleSeconds}s;`,
      "tcp_nodelay on;",
    ]),
  ]);
}

function http(plan: BalancerPlan, { folder }: NginxSurroundings): string {
  const { control, balancing } = plan;
  return block("http", [
    "access_log off;",
    ...(settingsOf(plan).compression
      ? ["gzip on;", "gzip_types text/event-stream application/json;", "gzip_min_length 0;"]
      : []),
    ...(folder
      ? ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
          (kind) => `${kind}_temp_path ${folder}/${kind};`,
        )
      : []),
    ...(balancing.mode === "tcp" ? [] : [...pool(plan), server(plan)]),
    ...(control ? [block("server", [`listen unix:${control};`, "location / { stub_status; }"])] : []),
  ]);
}

/** The nodes, and how one is chosen. */
function pool(plan: BalancerPlan): string[] {
  const { balancing } = plan;
  const { sticky, upgrades, http2 } = settingsOf(plan);
  const cookie = Boolean(balancing.sticky && sticky);
  const upgrading = (balancing.mode === "http" || !http2) && upgrades;
  return [
    ...(upgrading ? [block("map $http_upgrade $connection_upgrade", ['"" "";', "default upgrade;"])] : []),
    ...(cookie
      ? [
          "# A client is given a number at random, and goes where that leads each time it shows it.",
          block(`map $cookie_${COOKIE} $route`, ['"" $request_id;', `default $cookie_${COOKIE};`]),
          block(`map $cookie_${COOKIE} $new_route`, [
            `"" "${COOKIE}=$request_id; Path=/; HttpOnly";`,
            'default "";',
          ]),
        ]
      : []),
    upstream(plan, cookie ? "hash $route consistent;" : "least_conn;"),
  ];
}

function upstream({ nodes, balancing: { mode } }: BalancerPlan, method: string): string {
  return block("upstream nodes", [
    method,
    "# nginx asks nobody for its health: who fails one request gets none for a second.",
    ...nodes.map(({ address }) => `server ${address} max_fails=1 fail_timeout=1s;`),
    ...(mode === "http"
      ? ["# Else each poll opens a connection to its node.", "keepalive 256;", "keepalive_requests 1000000;"]
      : []),
  ]);
}

function server(plan: BalancerPlan): string {
  const { balancing } = plan;
  const { http2, sticky } = settingsOf(plan);
  const grpc = balancing.mode === "grpc";
  return block("server", [
    `listen ${listenOn(plan)}${grpc && http2 ? " http2" : ""};`,
    "# Longer than nodes tell clients to keep a connection (the second figure).",
    `keepalive_timeout ${KEEP_ALIVE_SECONDS}s 105s;`,
    "keepalive_requests 1000000;",
    ...(balancing.sticky && sticky ? ["add_header Set-Cookie $new_route always;"] : []),
    block("location /", grpc && http2 ? grpcPass(plan) : proxyPass(plan)),
  ]);
}

function grpcPass(plan: BalancerPlan): string[] {
  const { idleSeconds } = settingsOf(plan);
  return [
    "grpc_pass grpc://nodes;",
    "# Silence that is allowed in a stream: longer than interval and time-out of a heartbeat (10 s + 5 s).",
    `grpc_read_timeout ${idleSeconds}s;`,
    `grpc_send_timeout ${idleSeconds}s;`,
  ];
}

function proxyPass(plan: BalancerPlan): string[] {
  const { idleSeconds, buffering, http11, upgrades } = settingsOf(plan);
  return [
    "proxy_pass http://nodes;",
    ...(http11 ? ["proxy_http_version 1.1;"] : []),
    "proxy_set_header Host $http_host;",
    ...(upgrades
      ? ["proxy_set_header Upgrade $http_upgrade;", "proxy_set_header Connection $connection_upgrade;"]
      : ['proxy_set_header Connection "";']),
    "# Parts of an answer are passed on as they come.",
    ...(buffering
      ? ["proxy_buffering on;", "proxy_ignore_headers X-Accel-Buffering;"]
      : ["proxy_buffering off;"]),
    "proxy_connect_timeout 5s;",
    "# Silence that is allowed: longer than interval and time-out of a heartbeat (10 s + 5 s).",
    `proxy_read_timeout ${idleSeconds}s;`,
    `proxy_send_timeout ${idleSeconds}s;`,
  ];
}

/** nginx takes a port alone for every address. */
function listenOn({ listen }: BalancerPlan): string {
  return listen.replace(/^\*:/, "");
}

function block(head: string, lines: readonly string[]): string {
  return [`${head} {`, ...lines.flatMap((line) => line.split("\n")).map((line) => `  ${line}`), "}"].join(
    "\n",
  );
}
