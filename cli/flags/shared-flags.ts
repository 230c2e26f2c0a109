import { Option } from "commander";
import { formats } from "../../reports/formats/registry.ts";
import { collected, listOf, oneOf } from "./declared.ts";
import { judgedNames, linkNames, pageTransportNames, scenarioNames, transportNames } from "./known-words.ts";

/** The names of the formats, as help texts list them. */
export const FORMAT_NAMES = formats.map(({ name }) => name).join(", ");

export const transportsFlag = () =>
  listOf(
    new Option(
      "--transports <names>",
      "transports and variants, comma-separated, or all (default: one of each protocol)",
    ),
    transportNames,
  );

export const pageTransportsFlag = (usual: string) =>
  listOf(
    new Option(
      "--transports <names>",
      `transports that pages speak, comma-separated, or all (default: ${usual})`,
    ),
    pageTransportNames,
  );

export const scenarioFlag = () =>
  oneOf(new Option("--scenario <name>", "what the load is made of (default: fan-out)"), scenarioNames);

export const scenariosFlag = (about: string) =>
  listOf(new Option("--scenarios <names>", about), async () => ["all", ...(await scenarioNames())]);

export const linkFlag = (about: string) => oneOf(new Option("--link <profile>", about), linkNames);

export const formatFlag = (about: string) =>
  listOf(new Option("--format <names>", about), async () => formats.map(({ name }) => name));

export const failOnFlag = (about: string) =>
  oneOf(new Option("--fail-on <rule>", about).argParser(collected), judgedNames);

export const thresholdFlag = (about: string) =>
  oneOf(new Option("--threshold <rule>", about).argParser(collected), judgedNames);
