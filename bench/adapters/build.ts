import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Hub } from "../../core/hub.ts";
import { findTransport } from "../../transports/registry.ts";
import { jwtAuthenticator } from "../../transports/session/jwt.ts";

/** What serves, of one build. */
export const HERE = { Hub, findTransport, jwtAuthenticator };
export type Build = typeof HERE;

/** That of the build in another folder, whose modules lie where this one's do. */
export async function buildIn(folder: string): Promise<Build> {
  const load = (module: string) => import(pathToFileURL(join(folder, "dist", module)).href);
  return {
    ...(await load("core/hub.js")),
    ...(await load("transports/registry.js")),
    ...(await load("transports/session/jwt.js")),
  };
}
