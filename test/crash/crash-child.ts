// The process that is killed: carries out SCENARIO in ROOT and says which events the log took, and how many steps it made.
import { writeSync } from "node:fs";
import { countedSteps } from "./fault-points.ts";
import { carryOut, placesIn, type Scenario } from "./scenarios.ts";

const { ROOT = "", SCENARIO = "append" } = process.env;
writeSync(1, "ready\n");
await carryOut(SCENARIO as Scenario, placesIn(ROOT, SCENARIO as Scenario), (index, id) => {
  writeSync(1, `took ${index} ${id}\n`);
});
writeSync(1, `steps ${countedSteps()}\n`);
