import { fanOut } from "./fan-out.ts";
import { notify } from "./notify.ts";
import type { Scenario } from "./scenario.ts";

/** Every scenario, in the order reports show them. */
export const scenarios: readonly Scenario[] = [notify, fanOut];
