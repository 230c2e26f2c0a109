/** @module-tag full */
import { describeAttacks } from "../attacks/describe.test-fixture.ts";
import { family } from "./transport.ts";

// Its server shares most of its code with that of long-polling.
describeAttacks(family.transports, () => true);
