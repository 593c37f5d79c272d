// Where the canaries are tried: a project without us, one with the rules that close the doors, and one that `init` guards with them.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DOOR_RULES } from "#govern/settings/door-rules.ts";
import { openGuardedProject } from "../guarded-stand.ts";
import type { Stand } from "./canary-sessions.ts";

const SECRET_NAMES = ["//**/.env", "//**/.env.*"];

/** The rules for the names of the canaries, all of which the policies refuse to have read. */
export const CANARY_RULES = DOOR_RULES.filter(({ of }) => of === "refused-to-read").flatMap(
  ({ rule }) => SECRET_NAMES.map((name) => rule(name)),
);

export type StandName = "bare" | "ruled" | "guarded";

/** Opens one; `close` takes it away. */
export function openStand(name: StandName): Stand & { close(): void } {
  const local = { permissions: { deny: CANARY_RULES } };
  if (name === "bare") return { close: () => undefined };
  if (name === "ruled") return { settings: { local }, close: () => undefined };
  const guarded = openGuardedProject({ "readme.txt": "a project\n" });
  const path = join(guarded.project, ".claude", "settings.local.json");
  const written = Object(JSON.parse(readFileSync(path, "utf8")));
  const deny = [...(written.permissions?.deny ?? []), ...CANARY_RULES];
  writeFileSync(
    path,
    JSON.stringify({ ...written, permissions: { ...written.permissions, deny } }),
  );
  return {
    projectDirectory: guarded.project,
    leaves: ["Read", "Edit", "Write", "NotebookEdit", "Glob", "Grep", "LSP", "ReportFindings"],
    close: () => guarded.close(),
  };
}
