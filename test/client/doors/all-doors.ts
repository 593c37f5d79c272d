// All doors, in the order of the page.
import type { Door } from "./door.ts";
import { memoryDoors } from "./memory-doors.ts";
import { mentionDoors } from "./mention-doors.ts";
import { shellDoors } from "./shell-doors.ts";
import { switchDoors } from "./switch-doors.ts";

export const doors: readonly Door[] = [
  ...shellDoors,
  ...mentionDoors,
  ...memoryDoors,
  ...switchDoors,
];
