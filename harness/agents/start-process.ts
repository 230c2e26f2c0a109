import { Child } from "../processes/child.ts";
import { LOAD_OPTIONS, type LoadProcess, type ServerProcess } from "../processes/load-process.ts";
import type { LoadReply, LoadRequest, ServerReply, ServerRequest } from "../processes/messages.ts";

/** A process that an agent has started. */
export type Started =
  | { readonly role: "load"; readonly process: LoadProcess }
  | { readonly role: "server"; readonly process: ServerProcess };

export type StartProcess = (role: Started["role"], name: string) => Started;

/** Starts one as a child of this process. */
export const startChild: StartProcess = (role, name) =>
  role === "load"
    ? { role, process: new Child<LoadRequest, LoadReply>("load", name, { nodeOptions: LOAD_OPTIONS }) }
    : {
        role,
        process: new Child<ServerRequest, ServerReply>("server", name, { exposesGc: true }),
      };
