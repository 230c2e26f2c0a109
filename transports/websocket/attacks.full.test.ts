/** @module-tag full */
import { describeAttacks } from "../attacks/describe.test-fixture.ts";
import { family, websocketUws } from "./transport.ts";

describeAttacks(family.transports);
if ((await websocketUws.missing?.()) === undefined) describeAttacks([websocketUws]);
