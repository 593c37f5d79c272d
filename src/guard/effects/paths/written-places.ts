// What a session wrote: files by their paths, and directories, with a slash at their end, below which any file may be meant.
import { globBase } from "#base/glob.ts";
import { joinPath } from "#base/path.ts";
import type { Effect } from "../../vocabulary/effect.ts";
import type { HookEvent } from "../../events/normalize.ts";
import type { Json, ToolCall } from "../../toolcall/tool-call.ts";

/**
 * Programs that only put the text of files into another form, or change who may use them: what was in a tree before is in
 * it afterwards. WHY: people and agents run them over whole projects, and nothing in there would be the project's own then.
 */
const REFORMING: ReadonlySet<string> = new Set([
  ..."prettier eslint biome oxlint stylelint standard ruff black isort autopep8 yapf gofmt goimports".split(
    " ",
  ),
  ..."gofumpt rustfmt clang-format shfmt terraform tofu dprint chmod chown chgrp touch dos2unix".split(
    " ",
  ),
]);

/** Directories of packages: an install was judged as such, and a person agreed to what it brings there. */
export const PACKAGES = /\/(?:node_modules|\.venv|venv|vendor|\.bundle)$/;

/**
 * The places that these effects may leave written. A file whose name is not known may be any of its directory; where not
 * even that is known, any below `root`. What version control puts back and what a program caches is nobody's new text.
 */
export function writtenPlaces(effects: readonly Effect[], root: string): readonly string[] {
  const hasInstalled = effects.some(({ kind }) => kind === "install");
  return effects.flatMap((effect) => {
    if (effect.kind === "persist" && effect.means === "git-execution")
      return [effect.target?.kind === "path" ? effect.target.real : `${root}/.git/config`];
    if (effect.kind !== "write") return [];
    const { target, mode } = effect;
    if (isLockAgain(effect, effects) || isDeclaredAgain(effect, effects)) return [];
    if (target.kind === "path" && target.reach === "entry") return [target.real];
    if (mode === "tracked" || mode === "cache") return [];
    if (isReformed(effect)) return [];
    const directory = directoryOf(target, root);
    if (hasInstalled && PACKAGES.test(directory)) return [];
    return target.kind === "path" ? [target.real, below(directory)] : [below(directory)];
  });
}

/** Where these effects make further working trees beside the project. */
export function newTrees(effects: readonly Effect[]): readonly string[] {
  return effects.flatMap((effect) =>
    effect.kind === "write" && effect.worktree === true && effect.target.kind === "path"
      ? [effect.target.real]
      : [],
  );
}

/** Lock files that an install by them leaves as they were but for their form. */
const LOCK_FILE = /\/(?:package-lock\.json|yarn\.lock)$/;

/**
 * A manifest or lock file that an install wrote which brings only what they name, so that they name nothing new. WHY all installs
 * of the call: another one may have brought a new name. What else writes to such a file makes an install no declared one.
 */
function isDeclaredAgain(
  { target, via }: Extract<Effect, { kind: "write" }>,
  effects: readonly Effect[],
): boolean {
  const installs = effects.filter((one) => one.kind === "install");
  return (
    target.kind === "path" &&
    target.reach === "entry" &&
    installs.every(({ locked, declared }) => locked !== undefined || declared !== undefined) &&
    installs.some(
      ({ manager, declared }) =>
        via.at(-1) === manager && declared?.files.includes(target.real) === true,
    )
  );
}

/** WHY not beside another manifest: then something else than an install by the lock file wrote, or may have. */
function isLockAgain(
  { target, mode, via }: Extract<Effect, { kind: "write" }>,
  effects: readonly Effect[],
): boolean {
  if (mode !== "change" || via.at(-1) !== "npm") return false;
  if (target.kind !== "path" || !LOCK_FILE.test(target.real)) return false;
  const installs = effects.filter((one) => one.kind === "install");
  return (
    installs.every(({ locked }) => locked !== undefined) &&
    installs.some(({ locked }) => locked?.files.includes(target.real) === true) &&
    !effects.some(
      (one) =>
        one.kind === "write" &&
        (one.target.kind !== "path" || one.target.real.endsWith("/package.json")),
    )
  );
}

/** Whether files are only put into another form. */
export function isReformed({ mode, via }: Extract<Effect, { kind: "write" }>): boolean {
  return mode === "change" && via.some((name) => REFORMING.has(name));
}

/** Fields of a tool's input by which a file is named, and what of an input is looked through. */
const PATH_FIELD = /path|file|dest|target|output|uri/i;
const VALUES_MAX = 256;
const DEPTH_MAX = 4;

/** The files that a tool without a shape of its own is given by name: it may write each of them. */
export function placesNamed({ input, cwd }: ToolCall): readonly string[] {
  if (input.kind !== "mcp" && input.kind !== "other") return [];
  const found: string[] = [];
  let left = VALUES_MAX;
  const look = (value: Json, isPath: boolean, depth: number): void => {
    if (depth > DEPTH_MAX || (left -= 1) < 0) return;
    if (typeof value === "string") {
      const path = value.replace(/^file:\/\//, "");
      if (isPath && path !== "" && !path.includes("://")) found.push(joinPath(cwd, path));
      return;
    }
    if (typeof value !== "object" || value === null) return;
    for (const [name, one] of Object.entries(value))
      look(one, Array.isArray(value) ? isPath : PATH_FIELD.test(name), depth + 1);
  };
  look(input.input, false, 0);
  return found;
}

function directoryOf(target: Extract<Effect, { kind: "write" }>["target"], root: string): string {
  switch (target.kind) {
    case "path":
      return target.real;
    case "pattern":
      return globBase(target.path);
    case "unresolved":
      return target.within ?? root;
    default:
      return target satisfies never;
  }
}

/** The entry for all files below a directory. */
export function below(directory: string): string {
  return directory.endsWith("/") ? directory : `${directory}/`;
}

/** All there is: what a session wrote of which the memory was lost. */
export const ANYWHERE = "/";

/** Events of calls. */
const OF_CALLS: ReadonlySet<HookEvent["kind"]> = new Set([
  ...(["pre-tool-use", "permission-request"] as const),
  ...(["post-tool-use", "post-tool-use-failure", "post-tool-batch"] as const),
]);

/** How much of a session was seen: all calls since its `start`, only a `part` of them, or not `yet` any. */
export type Sight = "yet" | "start" | "part";

/**
 * What was seen of a session with this event. WHY not by its first event: the client sends what instructions it loaded
 * before the session's start (measured), and a prompt that comes first may be of a session of which the memory was lost.
 */
export function sightWith(sight: Sight, { kind }: Pick<HookEvent, "kind">): Sight {
  if (sight !== "yet") return sight;
  if (kind === "session-start") return "start";
  return OF_CALLS.has(kind) ? "part" : "yet";
}

/** Whether the session wrote the file at a path, or may have. In the time of the path's parts. */
export function wasWritten(written: ReadonlySet<string>, path: string): boolean {
  if (written.size === 0) return false;
  if (written.has(path)) return true;
  for (let end = path.indexOf("/") + 1; end > 0; end = path.indexOf("/", end) + 1)
    if (written.has(path.slice(0, end))) return true;
  return false;
}

/**
 * Adds a place to a memory of at most `max`. WHY nothing is forgotten: whoever writes enough files would make the first of
 * them pass for the project's own. The oldest place becomes its directory instead, in the end the root: all may be written.
 */
export function rememberWritten(written: Set<string>, place: string, max: number): void {
  written.delete(place);
  written.add(place);
  // A directory takes the place of many files, so this ends: each round moves one place up.
  while (written.size > max) {
    const [oldest = "/"] = written;
    written.delete(oldest);
    const parent = parentPlace(oldest);
    if (!wasWritten(written, parent)) written.add(parent);
  }
}

/** The directory that holds a place, as a place. */
export function parentPlace(place: string): string {
  const end = place.endsWith("/") ? place.length - 2 : place.length - 1;
  return place.slice(0, Math.max(0, place.lastIndexOf("/", end)) + 1) || "/";
}
