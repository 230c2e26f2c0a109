/** The flags of `bench` as commander hands them over. */
export interface BenchFlags {
  readonly transports?: string;
  readonly scenarios?: string;
  readonly connections?: string;
  readonly rate?: string;
  readonly payload?: string;
  readonly duration?: string;
  readonly warmup?: string;
  /** The same as launches. */
  readonly blocks?: string;
  readonly launches?: string;
  readonly rounds?: string;
  /** False where --no-interleave is given. */
  readonly interleave?: boolean;
  readonly seed?: string;
  readonly loadProcesses?: string;
  readonly arrivals?: string;
  readonly closedLoop?: boolean;
  readonly scenarioFile?: readonly string[];
  readonly transportModule?: readonly string[];
  readonly link?: string;
  readonly tls?: boolean;
  readonly quick?: boolean;
  readonly rigorous?: boolean;
  readonly out?: string;
  readonly resume?: string;
  /** What the finished run must pass; no part of the plan. */
  readonly baseline?: string;
  readonly failOn?: readonly string[];
  readonly threshold?: readonly string[];
  readonly format?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly live?: boolean;
}
