// A session beside code in the client that nobody agreed to: held from the moment it is seen, free once a person agreed to all of it.
import { printable } from "#base/printable.ts";
import { configDirectoryOf } from "../facts/config-directory.ts";
import { type HasAgreed, type LookAtMods, type SeenMod, unagreed } from "../mods/agreed-mods.ts";
import type { ExtensionLook, SeenExtension } from "../mods/seen-extensions.ts";
import type { HeldSessions } from "../sessions/held-sessions.ts";

/** Mods that are named at once. */
const TOLD_MAX = 4;

/** Looking for mods, and which of them count. */
export type ModsPort = {
  readonly look: LookAtMods;
  readonly hasAgreed: HasAgreed;
  readonly extensions: ExtensionLook;
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

/** What was found, and whether the session is held by it from now on. Extensions are looked at when a session starts. */
export type ModsFound = {
  readonly mods: readonly SeenMod[];
  readonly extensions: readonly SeenExtension[];
  readonly isNewlyHeld: boolean;
};

/**
 * Looks for mods and holds or frees the session. WHY a mod that is gone again frees nobody: what the client loaded stays in it
 * until it ends.
 */
export function lookForMods(port: ModsPort, held: HeldSessions, visit: ModsVisit): ModsFound {
  const { project, sessionId, transcriptPath, cwd, nowMs } = visit;
  const directories = [project.root, project.directory, cwd].filter((one) => one !== undefined);
  const config = configDirectoryOf(transcriptPath) ?? `${port.home}/.claude`;
  const places = { directories: [...new Set(directories)], config };
  const mods = port.look(places, project.root);
  const extensions = cwd === undefined ? [] : port.extensions.atStart(places, project.root);
  const found = { mods, extensions, isNewlyHeld: false };
  const strange = unagreed(mods);
  const broken = port.extensions
    .broken(places, project.root)
    // A mod is told as one.
    .filter(({ place }) => strange.every(({ folder }) => folder !== place));
  const before = held.of(sessionId);
  if (before?.cause === "mods") {
    const isAgreed = before.digests.every((digest) => port.hasAgreed(digest, project.root));
    const isClear = strange.length === 0 && broken.length === 0;
    if (before.digests.length > 0 && isAgreed && isClear) held.release(sessionId);
    return found;
  }
  const isQuiet = strange.length === 0 && broken.length === 0;
  if (before !== undefined || isQuiet || visit.isObserved) return found;
  held.hold({
    sessionId,
    root: project.root,
    cause: "mods",
    sinceMs: nowMs,
    what: strange.length > 0 ? modsInWords(strange) : extensionsInWords(broken),
    digests: [...strange, ...broken].map(({ digest }) => digest),
  });
  return { ...found, isNewlyHeld: true };
}

/** Which extensions are no longer what a person agreed to, as a sentence that goes on after "because". */
export function extensionsInWords(all: readonly SeenExtension[]): string {
  const named = all
    .slice(0, TOLD_MAX)
    .map(({ name, place }) => `${printable(name)} (${printable(place)})`);
  const more = all.length > TOLD_MAX ? ` and ${all.length - TOLD_MAX} more` : "";
  return `code that Claude Code runs is not what a person agreed to any more: ${named.join(", ")}${more}; \`sallyport mods diff\` shows what changed`;
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
