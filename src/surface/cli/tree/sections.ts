// The commands of the program, in the sections in which help shows them. A new command stands in one of them, and nowhere else.
import { checkSection } from "./check.ts";
import type { CommandTable, Section } from "../command-line/entry.ts";
import { fleetSection } from "./fleet.ts";
import { maintenanceSection } from "./maintenance.ts";
import { policySection } from "./policy.ts";
import { privacySection } from "./privacy.ts";
import { respondSection } from "./respond.ts";
import { recordSection } from "./record.ts";
import { startSection } from "./start.ts";

/** All sections, in the order of the help. */
export const productSections: readonly Section[] = [
  startSection,
  checkSection,
  policySection,
  recordSection,
  respondSection,
  privacySection,
  fleetSection,
  maintenanceSection,
];

/** All commands by name. */
export function commandsOf(sections: readonly Section[]): CommandTable {
  return Object.assign({}, ...sections.map(({ commands }) => commands));
}
