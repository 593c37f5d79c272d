// What an administrator runs where the guard of the machine does not answer.
import { readlinkSync } from "node:fs";
import { join } from "node:path";

const UNIT = "sallyport.service";
/** Where an administrator masks a unit: for good, or until the next boot. */
const UNIT_FOLDERS = ["/etc/systemd/system", "/run/systemd/system"] as const;

/**
 * The commands, each after `before`. WHY a masked unit apart: systemd starts none, and whoever runs what we say is told only that it
 * cannot.
 */
export function howToStart(before = "", folders: readonly string[] = UNIT_FOLDERS): string {
  const all = folders.some(isMaskedIn) ? ["unmask", "restart"] : ["restart"];
  return all.map((verb) => `${before}systemctl ${verb} sallyport`).join(" && ");
}

function isMaskedIn(folder: string): boolean {
  try {
    return readlinkSync(join(folder, UNIT)) === "/dev/null";
  } catch {
    return false;
  }
}
