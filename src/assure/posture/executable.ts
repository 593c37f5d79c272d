// What shows that a script may not be executed, and what gives it that right: on the disk, or in what git keeps of it.
import type { SeenFile } from "./inputs/audit-inputs.ts";

/** The mode that says it: git's where git has it as a plain file, else the disk's. */
export function executableEvidence({ mode = 0, isRecordedExecutable }: SeenFile): string {
  if (isRecordedExecutable === false) return "mode 100644 in git";
  return `mode ${mode.toString(8).padStart(4, "0")}`;
}

/** The command. WHY not `chmod` where git says so: on a disk without modes that changes nothing, and no clone gets it. */
export function executableFix({ shown, isRecordedExecutable }: SeenFile): string {
  if (isRecordedExecutable === false) return `git update-index --chmod=+x ${shown}`;
  return `chmod +x ${shown}`;
}
