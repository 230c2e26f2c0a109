/** The arrows of docs/architecture.md. A folder may import only from the layers below it. */
const { existsSync, readdirSync, readFileSync } = require("node:fs");
const { builtinModules } = require("node:module");
/** Folders of transports, by what each of them has. */
const folders = readdirSync("transports").filter((name) =>
  existsSync(`transports/${name}/transport.test.ts`),
);
const transports = folders.join("|");
/** By library: the folders that may import it, since their libraries.json lists it. */
const owners = {};
for (const folder of folders) {
  const list = `transports/${folder}/libraries.json`;
  if (!existsSync(list)) continue;
  for (const library of JSON.parse(readFileSync(list, "utf8")))
    owners[library] = [...(owners[library] ?? []), folder];
}
/** What runs in the browser. */
const pages = "^(reports/html|cli/live|cli/workshop)/client/";
/** The service's clients for pages; with all that they import they run in a browser. */
const clients = "^web/|^harness/browser/page/|^transports/browser\\.ts$|^transports/[^/]+/browser\\.ts$";
const builtins = builtinModules.map((name) => `^(node:)?${name}$`);
const outside = (from, allowed) => ({
  path: "^(claims|workshop|core|transports|scenarios|harness|reports|cli|web)/",
  pathNot: `^(${[from, ...allowed].join("|")})`,
});
/** Arrows between the parts of a folder: what each must not import of its neighbours. Tests may. */
const parts = Object.entries({
  "transports/(port|net|limits|codec)": "transports/(http|conversing|conformance|attacks)",
  "transports/(session|dissect)": "transports/(net|http|conversing|conformance|attacks)",
  "transports/backplane": "transports/(http|session|conversing|conformance|attacks)",
  "harness/(measurement|statistics|relay|tracing|engines)":
    "harness/(run|trial|launch|studies|selftest|agents|breakdown|browser|journey|client-cost)",
  "harness/(breakdown|journey|client-cost|service)": "harness/(trial|launch|studies|selftest|agents)",
  "harness/trial": "harness/(launch|studies|selftest|agents)",
  "harness/(run|launch|processes|agents|browser)": "harness/(studies|selftest)",
  "harness/studies": "harness/selftest",
  "cli/process": "cli/(?!process/)[^/]+",
  "cli/(output|progress|completion|config|live)": "cli/(actions|claims|commands|demo|own|service|workshop)",
  "cli/(claims|demo|flags|own|service)": "cli/(actions|workshop)",
  "cli/workshop": "cli/actions",
  "reports/(metrics|model|prose)": "reports/(formats|terminal|html|decision|journey)",
  "reports/(decision|journey|terminal)": "reports/(formats|html)",
  "reports/html": "reports/formats",
}).map(([from, to]) => ({
  name: `${from} imports no ${to}`,
  severity: "error",
  from: { path: `^${from}/`, pathNot: "\\.test(-fixture)?\\.ts$" },
  to: { path: `^${to}/` },
}));
parts.push({
  name: "results stand alone",
  severity: "error",
  from: { path: "^harness/result/", pathNot: "\\.test(-fixture)?\\.ts$" },
  to: { path: "^harness/", pathNot: "^harness/result/" },
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
      from: { path: "^core/", pathNot: "\\.test(-fixture)?\\.ts$" },
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
      to: outside("harness/", ["transports/", "scenarios/(plan|schedule|link|cluster|users)\\.ts", "core/"]),
    },
    {
      name: "claims",
      severity: "error",
      from: { path: "^claims/", pathNot: "\\.test(-fixture)?\\.ts$" },
      to: outside("claims/", ["harness/(result|statistics/|studies/crossover)"]),
    },
    {
      name: "claims-are-pure",
      severity: "error",
      from: { path: "^claims/", pathNot: "\\.test(-fixture)?\\.ts$" },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "workshop",
      severity: "error",
      from: { path: "^workshop/", pathNot: "\\.test(-fixture)?\\.ts$" },
      to: outside("workshop/", ["claims/", "reports/", "scenarios/plan", "harness/(result|statistics/)"]),
    },
    {
      name: "workshop-is-pure",
      severity: "error",
      from: { path: "^workshop/", pathNot: "\\.test(-fixture)?\\.ts$" },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "reports",
      severity: "error",
      from: { path: "^reports/", pathNot: "\\.test(-fixture)?\\.ts$" },
      to: outside("reports/", [
        "harness/(result|statistics/)",
        "transports/port/markers\\.ts",
        "core/random\\.ts",
        "claims/",
      ]),
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
        pathNot: `${pages}|^cli/(live|workshop)/messages\\.ts`,
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
    {
      name: "clients-reach-no-builtin",
      severity: "error",
      from: { path: clients, pathNot: "\\.test(-fixture)?\\.tsx?$" },
      to: { path: builtins, reachable: true },
    },
    {
      name: "web",
      severity: "error",
      from: { path: "^web/", pathNot: "\\.test(-fixture)?\\.tsx?$" },
      to: outside("web/", ["transports/", "core/"]),
    },
    {
      name: "cli-knows-no-page",
      severity: "error",
      from: { path: "^cli/", pathNot: "\\.test(-fixture)?\\.tsx?$" },
      to: { path: "^web/", pathNot: "^web/demo/messages\\.ts$" },
    },
    { name: "nobody-imports-cli", severity: "error", from: { pathNot: "^cli/" }, to: { path: "^cli/" } },
    {
      name: "parts-know-no-transport",
      severity: "error",
      from: { path: "^transports/[^/]+/", pathNot: `^transports/(${transports})/|\\.test\\.ts$` },
      to: { path: `^transports/(${transports})/` },
    },
    {
      name: "no-sibling-transport",
      severity: "error",
      from: { path: `^transports/(${transports})/` },
      to: { path: `^transports/(${transports})/`, pathNot: "^transports/$1/" },
    },
    {
      // Its library costs tens of ms, and is for those who ask for metrics.
      name: "metrics-on-demand",
      severity: "error",
      from: { path: "^(cli|harness)/(?!service/)" },
      to: {
        path: "^cli/service/(watch|run-metrics)|^harness/service/",
        dependencyTypesNot: ["dynamic-import", "type-only"],
      },
    },
    {
      name: "library-of-backplane",
      severity: "error",
      from: {
        path: "^(claims|workshop|core|transports|scenarios|harness|reports|cli|web)/",
        pathNot: "^transports/backplane/redis/",
      },
      to: { path: "node_modules/ioredis/" },
    },
    ...Object.entries(owners).map(([library, own]) => ({
      name: `library-${library}`,
      severity: "error",
      from: {
        path: "^(claims|workshop|core|transports|scenarios|harness|reports|cli|web)/",
        pathNot: `^transports/(${own.join("|")})/`,
      },
      to: { path: `node_modules/${library.replace(/\./g, "\\.")}/` },
    })),
    ...parts,
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
