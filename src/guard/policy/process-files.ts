// Which globs of a policy, and which of the client's rules, mean files of processes: of those each sandbox sees its own alone.
import { hasMagic } from "#base/glob.ts";

const PROCESS_FILES = "/proc/";

/** Whether a glob means something that the kernel makes up: a held call has that folder of its own, and may not open what is not of its processes. */
export function isMadeUp(glob: string): boolean {
  return glob.startsWith(PROCESS_FILES);
}

/** Whether a glob means files of whatever processes there are. WHY not one that is named, as `/proc/kcore`: every sandbox can hide that. */
export function isOfProcesses(glob: string): boolean {
  return isMadeUp(glob) && hasMagic(glob);
}

/**
 * The same of a rule of the client, as `Read(//proc/1/**)`. WHY such a rule has to be told apart: the client hides from commands what it keeps
 * from reading, fills the pattern in with the processes that it sees, and no command starts in a sandbox that has none of them (measured on 2.1.332).
 */
export function isRuleOfProcesses(text: string): boolean {
  return isOfProcesses(/^Read\(\/(.+)\)$/.exec(text)?.[1] ?? "");
}
