import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { LabError } from "../../core/errors.ts";

/** A program that the lab runs beside its own processes and does not bring with it. */
export interface Program {
  readonly name: string;
  /** Debian's package. */
  readonly package: string;
  /** The flag or the transport that needs it. */
  readonly neededFor: string;
  readonly versionFlag: string;
}

export const REDIS: Program = {
  name: "redis-server",
  package: "redis-server",
  neededFor: "--backplane redis",
  versionFlag: "--version",
};

export const HAPROXY: Program = {
  name: "haproxy",
  package: "haproxy",
  neededFor: "--balancer haproxy",
  versionFlag: "-v",
};

export const NGINX: Program = {
  name: "nginx",
  package: "nginx-light",
  neededFor: "--balancer nginx",
  versionFlag: "-v",
};

export const NATS: Program = {
  name: "nats-server",
  package: "nats-server",
  neededFor: "--agents local:2",
  versionFlag: "--version",
};

export const MOSQUITTO: Program = {
  name: "mosquitto",
  package: "mosquitto",
  neededFor: "mqtt:mosquitto",
  versionFlag: "-h",
};

export const PROGRAMS: readonly Program[] = [REDIS, HAPROXY, NGINX, NATS, MOSQUITTO];

/** Debian installs servers where the PATH of an ordinary user does not lead. */
const MORE_FOLDERS = ["/usr/local/sbin", "/usr/sbin", "/sbin"];

/** The file of a program, or undefined where it is not installed. */
export function findProgram(name: string): string | undefined {
  const folders = [...(process.env.PATH ?? "").split(delimiter), ...MORE_FOLDERS];
  return folders
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, name))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false; // Not in this folder.
      }
    });
}

/** Throws `unsupported` with the command that installs it. */
export function requireProgram(program: Program): string {
  const file = findProgram(program.name);
  if (file === undefined) throw new LabError("unsupported", notInstalled(program));
  return file;
}

export function notInstalled({ name, package: debian }: Program): string {
  return `${name} is not installed: apt-get install ${debian}`;
}

/** Such as `7.0.15`; undefined where the program is not installed or does not say. */
export function versionOf({ name, versionFlag }: Program): string | undefined {
  const file = findProgram(name);
  if (file === undefined) return undefined;
  const { stdout, stderr } = spawnSync(file, [versionFlag], { encoding: "utf8" });
  return /\d+\.\d+(\.\d+)?/.exec(`${stdout}${stderr}`)?.[0];
}
