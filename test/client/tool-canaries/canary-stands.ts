// Where the canaries are tried: a project without us, one with the rules that `init` writes alone, and one that it guards.
import { clientQuestions, clientRefusals } from "#govern/compile/client-refusals.ts";
import { loadPack } from "#surface/services/policy/policy-source.ts";
import { openGuardedProject } from "../guarded-stand.ts";
import type { Stand } from "./canary-sessions.ts";

export type StandName = "bare" | "ruled" | "guarded";

/** Opens one; `close` takes it away. */
export function openStand(name: StandName): Stand & { close(): void } {
  if (name === "bare") return { close: () => undefined };
  if (name === "ruled") {
    const team = loadPack("team");
    const deny = clientRefusals(team, "project");
    const ask = clientQuestions(team, "project");
    return { settings: { local: { permissions: { deny, ask } } }, close: () => undefined };
  }
  const guarded = openGuardedProject({ "readme.txt": "a project\n" });
  return {
    projectDirectory: guarded.project,
    leaves: ["Read", "Edit", "Write", "NotebookEdit", "Glob", "Grep", "LSP", "ReportFindings"],
    close: () => guarded.close(),
  };
}
