import { backplanePartition } from "./backplane-partition.ts";
import { backplaneRestart } from "./backplane-restart.ts";
import { chat } from "./chat.ts";
import { collaboration } from "./collaboration.ts";
import { connectStorm } from "./connect-storm.ts";
import { fanOut } from "./fan-out.ts";
import { gaming } from "./gaming.ts";
import { hotChannel } from "./hot-channel.ts";
import { idle } from "./idle.ts";
import { iot } from "./iot.ts";
import { marketData } from "./market-data.ts";
import { nodeDeath } from "./node-death.ts";
import { notify } from "./notify.ts";
import { reconnectStorm } from "./reconnect-storm.ts";
import { resume } from "./resume.ts";
import { rollingRestart } from "./rolling-restart.ts";
import { scaleOut } from "./scale-out.ts";
import type { Scenario } from "./scenario.ts";
import { seed } from "./seed.ts";
import { serverRestart } from "./server-restart.ts";
import { slowConsumer } from "./slow-consumer.ts";

/** Every scenario, in the order reports show them. */
export const scenarios: readonly Scenario[] = [
  notify,
  fanOut,
  chat,
  gaming,
  collaboration,
  iot,
  marketData,
  idle,
  connectStorm,
  resume,
  serverRestart,
  reconnectStorm,
  slowConsumer,
  nodeDeath,
  rollingRestart,
  backplaneRestart,
  backplanePartition,
  scaleOut,
  hotChannel,
  seed,
];

/** What `bench` runs when nothing is asked for: two minutes' worth. */
export const defaultScenarios: readonly Scenario[] = [notify, fanOut];
