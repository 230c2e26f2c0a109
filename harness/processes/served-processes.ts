import {
  behindReading,
  type OtherProcess,
  readOtherProcess,
  sumOfProcesses,
} from "../measurement/other-process.ts";
import type { ProcessSample } from "../measurement/process-monitor.ts";

type Served = { processes?(): readonly number[] };

/**
 * What a server has others do for it, as a broker in a process of its own, counts as the server's: its CPU time and its memory. Its event loop,
 * heap and garbage are this process's alone.
 */
export class ServedProcesses {
  readonly #servers: () => readonly Served[];
  /** The last reading of each that runs. */
  readonly #last = new Map<number, OtherProcess>();
  /** What those used that have ended. */
  #past: OtherProcess = sumOfProcesses([]);

  constructor(servers: () => readonly Served[]) {
    this.#servers = servers;
  }

  read(): OtherProcess {
    return sumOfProcesses([this.#past, ...this.#standing(this.#servers())]);
  }

  /** To be called before a server is closed whose account goes on. */
  ending(server: Served): void {
    this.#past = { ...sumOfProcesses([this.#past, ...this.#standing([server])]), rssBytes: 0 };
    for (const pid of server.processes?.() ?? []) this.#last.delete(pid);
  }

  addTo(sample: ProcessSample): ProcessSample {
    const { cpuUserUs, cpuSystemUs, rssBytes } = this.read();
    return {
      ...sample,
      cpuUserUs: sample.cpuUserUs + Math.round(cpuUserUs),
      cpuSystemUs: sample.cpuSystemUs + Math.round(cpuSystemUs),
      rssBytes: sample.rssBytes + rssBytes,
    };
  }

  #standing(servers: readonly Served[]): OtherProcess[] {
    return servers.flatMap((server) => server.processes?.() ?? []).flatMap((pid) => this.#read(pid) ?? []);
  }

  #read(pid: number): OtherProcess | undefined {
    const read = readOtherProcess(pid);
    if (!read) return undefined;
    const earlier = this.#last.get(pid);
    const now = earlier ? behindReading(earlier, read) : read;
    this.#last.set(pid, now);
    return now;
  }
}
