/** The arrows of docs/architecture.md. A folder may import only from the floors below it. */
const { existsSync, readdirSync } = require("node:fs");
/** Folders of transports, by what each of them has. */
const wires = readdirSync("transports")
  .filter((name) => existsSync(`transports/${name}/transport.test.ts`))
  .join("|");
const libraries = {
  websocket: "ws|@fastify/websocket|@types/ws",
  socketio: "socket\\.io|socket\\.io-client",
  sse: "better-sse|eventsource|eventsource-parser",
  grpc: "@grpc/grpc-js|@bufbuild/protobuf",
  mqtt: "aedes|mqtt|mqtt-packet",
};
/** What runs in the browser. */
const pages = "^(reports/html|cli/live)/client/";
const outside = (from, allowed) => ({
  path: "^(core|transports|scenarios|harness|reports|cli)/",
  pathNot: `^(${[from, ...allowed].join("|")})`,
});
module.exports = {
  forbidden: [
    {
      name: "no-circular",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { pathNot: "^cli/commands/" } },
    },
    {
      // What a command loads knows the flags that the command infers: a type leads back there, and nothing that runs does.
      name: "no-circular-commands",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "no-orphans",
      severity: "error",
      from: { orphan: true, pathNot: "\\.test\\.ts$|^test/browser/look\\.js$|\\.d\\.ts$" },
      to: {},
    },
    {
      name: "core-imports-nothing",
      severity: "error",
      from: { path: "^core/", pathNot: "\\.test\\.ts$" },
      to: { pathNot: "^core/" },
    },
    {
      name: "transports",
      severity: "error",
      from: { path: "^transports/" },
      to: outside("transports/", ["core/"]),
    },
    {
      name: "scenarios",
      severity: "error",
      from: { path: "^scenarios/" },
      to: outside("scenarios/", ["core/"]),
    },
    {
      name: "harness",
      severity: "error",
      from: { path: "^harness/", pathNot: "\\.test\\.ts$" },
      to: outside("harness/", ["transports/", "scenarios/(plan|schedule|link)\\.ts", "core/"]),
    },
    {
      name: "reports",
      severity: "error",
      from: { path: "^reports/", pathNot: "\\.test\\.ts$" },
      to: outside("reports/", ["harness/(result|statistics/)"]),
    },
    {
      name: "reports-are-pure",
      severity: "error",
      from: { path: "^reports/", pathNot: "\\.test(-fixture)?\\.ts$" },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "pages-know-no-process",
      severity: "error",
      from: { path: pages },
      to: {
        path: "^(core|transports|scenarios|harness)/|^cli/",
        pathNot: `${pages}|^cli/live/messages\\.ts`,
      },
    },
    {
      name: "pages-import-no-builtin",
      severity: "error",
      from: { path: pages },
      to: { dependencyTypes: ["core"] },
    },
    { name: "pages-are-bundled", severity: "error", from: { pathNot: pages }, to: { path: pages } },
    {
      name: "library-of-pages",
      severity: "error",
      from: { pathNot: pages },
      to: { path: "node_modules/chart\\.js/" },
    },
    { name: "nobody-imports-cli", severity: "error", from: { pathNot: "^cli/" }, to: { path: "^cli/" } },
    {
      name: "parts-know-no-transport",
      severity: "error",
      from: { path: "^transports/[^/]+/", pathNot: `^transports/(${wires})/|\\.test\\.ts$` },
      to: { path: `^transports/(${wires})/` },
    },
    {
      name: "no-sibling-wire",
      severity: "error",
      from: { path: `^transports/(${wires})/` },
      to: { path: `^transports/(${wires})/`, pathNot: "^transports/$1/" },
    },
    ...Object.entries(libraries).map(([wire, names]) => ({
      name: `library-of-${wire}`,
      severity: "error",
      // Engine.IO takes the WebSocket server that it is given.
      from: {
        path: "^(core|transports|scenarios|harness|reports|cli)/",
        pathNot: wire === "websocket" ? "^transports/(websocket|socketio)/" : `^transports/${wire}/`,
      },
      to: { path: `node_modules/(${names})/` },
    })),
  ],
  options: {
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules" },
    enhancedResolveOptions: {
      extensions: [".ts", ".js", ".json"],
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
    },
  },
};
