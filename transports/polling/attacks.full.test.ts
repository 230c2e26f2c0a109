/** @module-tag full */
import { describeAttacks } from "../attacks/describe.test-fixture.ts";
import { family } from "./transport.ts";

describeAttacks(family.transports);
