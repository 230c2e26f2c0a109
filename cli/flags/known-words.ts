/** The names that flags take, for completion: loaded when it asks, since a help text needs none of them. */

export async function transportNames(): Promise<readonly string[]> {
  const { everyTransport } = await import("../../transports/registry.ts");
  return ["all", ...names(everyTransport), ...names(await overTlsAll())];
}

/** Those that have a client for pages. */
export async function pageTransportNames(): Promise<readonly string[]> {
  return ["all", ...Object.keys((await import("../../transports/browser.ts")).pageTransports)];
}

export async function networkedNames(): Promise<readonly string[]> {
  const { transportsIfInstalled } = await import("../../transports/registry.ts");
  return names([...(await networked()), ...transportsIfInstalled]);
}

export async function scenarioNames(): Promise<readonly string[]> {
  return names((await import("../../scenarios/registry.ts")).scenarios);
}

export async function checkNames(): Promise<readonly string[]> {
  return names((await import("../../harness/selftest/registry.ts")).checks);
}

export async function claimNames(): Promise<readonly string[]> {
  return (await import("../../claims/registry.ts")).claims.map(({ id }) => id);
}

/** What the workshop can be told to do. */
export async function lessonWords(): Promise<readonly string[]> {
  const { lessons } = await import("../../workshop/registry.ts");
  return [...lessons.map(({ number }) => String(number)), "next", "summary", "reset"];
}

export async function linkNames(): Promise<readonly string[]> {
  return Object.keys((await import("../../scenarios/link.ts")).LINK_PROFILES);
}

/** Metrics that rules may judge. */
export async function judgedNames(): Promise<readonly string[]> {
  return (await import("../../reports/metrics/names.ts")).JUDGED_NAMES;
}

/** Metrics that a study may compare. */
export async function metricNames(): Promise<readonly string[]> {
  return (await import("../../reports/metrics/names.ts")).READABLE_NAMES;
}

export async function axisNames(): Promise<readonly string[]> {
  return (await import("./study-axis.ts")).AXES.map(({ name }) => `${name}=`);
}

async function networked() {
  return (await import("../../transports/registry.ts")).transports.filter(({ supports }) => supports.network);
}

async function overTlsAll() {
  const { overTls } = await import("../../transports/port/tls.ts");
  return (await networked()).map(overTls);
}

function names(all: readonly { readonly name: string }[]): string[] {
  return all.map(({ name }) => name);
}
