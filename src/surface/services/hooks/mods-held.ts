// A session beside code in the client that nobody agreed to: held from the moment it is seen, free once a person agreed to all of it.
import { printable } from "#base/printable.ts";
import { configDirectoryOf } from "../facts/config-directory.ts";
import { type HasAgreed, type LookAtMods, type SeenMod, unagreed } from "../mods/agreed-mods.ts";
import type { HeldSessions } from "../sessions/held-sessions.ts";

/** Mods that are named at once. */
const TOLD_MAX = 4;

/** Looking for mods, and which of them count. */
export type ModsPort = {
  readonly look: LookAtMods;
  readonly hasAgreed: HasAgreed;
  readonly home: string;
};

/** Where and when a session is looked at. `cwd` is given at its start alone: the client loads what lies there then. */
export type ModsVisit = {
  /** The guarded project, and the directory of the session where that is another one. */
  readonly project: { readonly root: string; readonly directory?: string };
  readonly sessionId: string;
  readonly transcriptPath: string | undefined;
  readonly cwd?: string;
  readonly nowMs: number;
  /** Nothing is refused in the project. */
  readonly isObserved: boolean;
};

/** What was found, and whether the session is held by it from now on. */
export type ModsFound = { readonly mods: readonly SeenMod[]; readonly isNewlyHeld: boolean };

/**
 * Looks for mods and holds or frees the session. WHY a mod that is gone again frees nobody: what the client loaded stays in it
 * until it ends.
 */
export function lookForMods(port: ModsPort, held: HeldSessions, visit: ModsVisit): ModsFound {
  const { project, sessionId, transcriptPath, cwd, nowMs } = visit;
  const directories = [project.root, project.directory, cwd].filter((one) => one !== undefined);
  const config = configDirectoryOf(transcriptPath) ?? `${port.home}/.claude`;
  const mods = port.look({ directories: [...new Set(directories)], config }, project.root);
  const strange = unagreed(mods);
  const before = held.of(sessionId);
  if (before?.cause === "mods") {
    const isAgreed = before.digests.every((digest) => port.hasAgreed(digest, project.root));
    if (before.digests.length === 0 || !isAgreed || strange.length > 0)
      return { mods, isNewlyHeld: false };
    held.release(sessionId);
    return { mods, isNewlyHeld: false };
  }
  if (before !== undefined || strange.length === 0 || visit.isObserved)
    return { mods, isNewlyHeld: false };
  held.hold({
    ...{ sessionId, root: project.root, cause: "mods", sinceMs: nowMs },
    what: modsInWords(strange),
    digests: strange.map(({ digest }) => digest),
  });
  return { mods, isNewlyHeld: true };
}

/** Which mods nobody agreed to, as a sentence that goes on after "because". */
export function modsInWords(mods: readonly SeenMod[]): string {
  const named = mods.slice(0, TOLD_MAX).map(({ name, file, uncounted }) => {
    const open = uncounted === undefined ? "" : `; nobody can agree to it, because ${uncounted}`;
    return printable(`${name} (${file}${open})`);
  });
  const more = mods.length > TOLD_MAX ? ` and ${mods.length - TOLD_MAX} more` : "";
  const one = mods.length === 1;
  return `code runs inside of Claude Code that nobody agreed to, and it can overrule every hook: the ${one ? "mod" : "mods"} ${named.join(", ")}${more}`;
}
