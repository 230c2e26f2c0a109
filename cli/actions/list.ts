import { scenarios } from "../../scenarios/registry.ts";
import type { TransportEntry } from "../../transports/port/entry.ts";
import { everyTransport } from "../../transports/registry.ts";

/** Prints transports with their capabilities, and scenarios with their parameters. */
export async function list(json: boolean): Promise<void> {
  if (json) {
    const described = {
      transports: await Promise.all(
        everyTransport.map(async ({ name, summary, supports, packages, missing }) => ({
          name,
          summary,
          supports,
          packages,
          missing: await missing?.(),
        })),
      ),
      scenarios: scenarios.map(({ name, summary, about, params }) => ({ name, summary, about, params })),
    };
    process.stdout.write(`${JSON.stringify(described, null, 2)}\n`);
    return;
  }
  const width = Math.max(...everyTransport.map(({ name }) => name.length));
  const lines = ["Transports", ""];
  for (const transport of everyTransport) {
    lines.push(
      `  ${transport.name.padEnd(width)}  ${transport.summary}`,
      `  ${" ".repeat(width)}  ${capabilities(transport)}`,
    );
    const missing = await transport.missing?.();
    if (missing !== undefined) lines.push(`  ${" ".repeat(width)}  not here: ${missing}`);
  }
  lines.push(
    "",
    `  Every transport with a network but ${inTheClearAlone()} is also available over TLS 1.3: add :tls, as in websocket:tls.`,
  );
  lines.push("", "Scenarios");
  for (const { name, summary, params } of scenarios) {
    lines.push("", `  ${name}: ${summary}`);
    for (const [flag, { default: standard, min, max, unit, about }] of Object.entries(params)) {
      lines.push(`    --${flag.padEnd(12)} ${about}; ${standard} ${unit} (${min} to ${max})`);
    }
  }
  process.stdout.write(`${lines.join("\n")}\n`);
}

function inTheClearAlone(): string {
  return everyTransport.flatMap(({ name, clearOnly }) => (clearOnly === undefined ? [] : [name])).join(", ");
}

function capabilities({ supports, onRedis }: TransportEntry): string {
  const slow = {
    disconnect: "a slow reader is cut off",
    "drop-oldest": "a slow reader loses the oldest events",
    none: "no slow readers",
  }[supports.slowConsumer];
  const resume = supports.resume ? "resumes from a cursor" : "can't resume";
  return [
    resume,
    slow,
    ...(onRedis ? ["needs --backplane"] : []),
    ...(supports.network ? [] : ["in one process, so never measured"]),
  ].join("; ");
}
