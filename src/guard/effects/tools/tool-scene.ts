// What deriving a tool's effects works with: who collects them, where the call stands, and how to evaluate shell text.
import type { Facts } from "../../facts/facts.ts";
import type { CallSite } from "../../shell/values/host.ts";
import type { CallHost } from "../call/call-host.ts";

/** One call of a tool. `runShell` adds the effects of a command that the tool makes the client run. */
export type ToolScene = {
  readonly host: CallHost;
  readonly facts: Facts;
  readonly place: CallSite;
  /** The call's working directory, absolute. */
  readonly cwd: string;
  readonly runShell: (command: string) => void;
};

/** Directories from the call's own up to the project's root, nearest first; the client looks for its files in each. */
export function directoriesUpwards({ cwd, facts }: ToolScene): readonly string[] {
  const { projectRoot } = facts.session;
  const found: string[] = [];
  for (let directory = cwd; directory.startsWith(`${projectRoot}/`); ) {
    found.push(directory);
    directory = directory.slice(0, directory.lastIndexOf("/"));
  }
  return [...found, projectRoot];
}
