// Installs by a lock file, held against all that the same call does to the files that they rest on.
import { escapeGlob, globsIntersect } from "#base/glob.ts";
import { baseName, isWithin } from "#base/path.ts";
import { isToldBy } from "../declared/declared-install.ts";
import type { Effect, LockedInstall, Target } from "../../vocabulary/effect.ts";
import type { RanCommand } from "../model/ran-command.ts";
import type { ChangedFiles } from "./changed-files.ts";

/** Programs under which files, variables or connections are others than those that were looked at. */
const ELSEWHERE =
  /^(?:bwrap|firejail|proot|fakechroot|chroot|unshare|nsenter|systemd-run|[sl]trace|dotenv|dotenvx|dotenv-cli|env-cmd|op|torsocks|torify|proxychains4?|tsocks)$/;

/**
 * Programs that start a declared install where it stands, with the files and variables that were looked at. WHY no manager:
 * `pnpm -r exec` and `uv --directory X run` start programs elsewhere, and so may code.
 */
const HANDING_ON =
  /^(?:env|g?timeout|time|nice|ionice|nohup|stdbuf|setsid|caffeinate|command|exec|builtin|eval|bash|sh|zsh|dash|make|just|task)$/;
/** `python -m pip`, and not code that starts it. */
const PYTHON = /^python[\d.]*$/;

/**
 * The effects, where an install counts as locked or declared only if nothing in the call touches what it rests on. WHY all of the
 * call: an install that goes on beside the rest may find what that wrote. Code that may do anything is left to its own effect.
 */
export function lockedBefore(
  effects: readonly Effect[],
  files: ChangedFiles,
  commands: readonly RanCommand[],
): readonly Effect[] {
  // WHY: `export $X` may set whatever the install is told by. Its own options were looked at.
  const isAllKnown = effects.every(
    (effect) => effect.kind !== "unknown" || effect.reason === "unknown-option",
  );
  return effects.map((effect) => {
    if (effect.kind !== "install") return effect;
    const { locked, declared, ...unlocked } = effect;
    const isElsewhere = effect.via.some((program) => ELSEWHERE.test(program));
    const isLocked = locked !== undefined && !isElsewhere && !isTouched(locked, effects, files);
    const isDeclared =
      declared !== undefined &&
      isAllKnown &&
      isStartedPlainly(effect, commands) &&
      !declared.files.some((path) => files.isWritten(path)) &&
      ![...files.paths()].some(isToldBy);
    return {
      ...unlocked,
      ...(isLocked ? { locked } : {}),
      ...(isDeclared ? { declared } : {}),
    };
  });
}

function isStartedPlainly({ via }: Effect, commands: readonly RanCommand[]): boolean {
  return via.slice(0, -1).every((program) => {
    const name = baseName(program);
    if (!PYTHON.test(name)) return HANDING_ON.test(name);
    return commands
      .map(({ words }) => words)
      .filter(([one = ""]) => PYTHON.test(baseName(one)))
      .every(([, ...words]) =>
        /^-[IsSuEBPqvO]*m$/.test(words.find((one) => !FLAG.test(one ?? "")) ?? ""),
      );
  });
}

/** Options of python in front of `-m` that name nothing. */
const FLAG = /^-[IsSuEBPqvO]+$/;

function isTouched(
  { files: looked, presumed = [] }: LockedInstall,
  effects: readonly Effect[],
  files: ChangedFiles,
): boolean {
  return (
    looked.some((path) => files.isWritten(path)) ||
    [...files.paths()].some((path) => baseName(path) === "package.json") ||
    presumed.some((path) => effects.some((other) => takesAway(other, path)))
  );
}

/** Whether a file may be gone, a manifest may say less, or settings may not be read, by something else than an install. */
function takesAway(effect: Effect, path: string): boolean {
  if (effect.kind === "delete") return mayReach(effect.target, path);
  if (effect.kind !== "write") return false;
  // Measured: npm goes on without settings that it may not read, so another mode is enough.
  if (baseName(path) === ".npmrc") return mayReach(effect.target, path);
  if (baseName(path) !== "package.json") return false;
  return effect.target.kind === "path" && effect.target.real === path;
}

function mayReach(target: Target, path: string): boolean {
  switch (target.kind) {
    case "path":
      return [target.path, target.real].some(
        (one) => one === path || (target.reach === "tree" && isWithin(one, path)),
      );
    case "pattern": {
      const literal = escapeGlob(path);
      return (
        globsIntersect(target.path, literal) ||
        (target.reach === "tree" && globsIntersect(`${target.path}/**`, literal))
      );
    }
    case "unresolved":
      return target.within === undefined || isWithin(target.within, path);
    default:
      return target satisfies never;
  }
}
