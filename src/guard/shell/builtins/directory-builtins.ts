// Builtins that change the working directory.
import { PATH_CHARS_MAX, PIECES_PER_STEP } from "#base/limits.ts";
import { joinPath, joinRaw } from "#base/path.ts";
import { isListed, looseElements, withMore } from "../values/arrays.ts";
import type { BuiltinCall } from "../expansion/builtin-call.ts";
import type { Result, Shell } from "../values/host.ts";
import { mayBeOn } from "../expansion/pathnames.ts";
import { possibleDirectories } from "../values/directories.ts";
import type { Scope } from "../values/scope.ts";
import { directoryText, someDirectory } from "../values/some-directory.ts";
import { EMPTY, hole, known, literal, type Text, type TextSet, textOf } from "../values/text.ts";
import { union } from "../values/text-sets.ts";
import { withoutUps } from "../values/ways-up.ts";

export function textOfDirectory(directory: string | undefined): Text {
  return directory === undefined
    ? [hole("dynamic-path", { splits: false })]
    : directoryText(directory);
}

/** `cd`. `wasThere`: the shell was in that directory before, so that it is there. */
export function changeDirectory(call: BuiltinCall, wasThere = false): Result {
  const { scope, shell } = call;
  const operands = call.args.filter((text, at) => {
    const value = textOf(text);
    return !(value !== undefined && /^(-[LPe@qs]+|--)$/.test(value) && at < call.args.length);
  });
  const [operand] = operands;
  const isBack = operand !== undefined && textOf(operand) === "-" && operands.length === 1;
  const last = isBack ? lastDirectories(scope) : undefined;
  const targets = targetsOf(operand, last, scope);
  if (
    operands.length > 1 ||
    (isBack && last === undefined) ||
    (operand !== undefined && /^[+-]\d/.test(textOf(operand) ?? ""))
  ) {
    return lostDirectory(call);
  }
  const isWithin = shell.host.spend(Math.floor(scope.directories.length / PIECES_PER_STEP));
  if (!isWithin) return lostDirectory(call);
  const isKnown = wasThere || (last?.length === 1 && isBack);
  const { reached, certain } = directoriesReached(targets, call, isKnown);
  if (shell.dialects.includes("zsh")) runDirectoryHooks(call, possibleDirectories(reached));
  return entered(reached, certain, scope);
}

/** What the operand of `cd` may be: where it leads back, the home directory, or the text and the variable of that name. */
function targetsOf(operand: Text | undefined, last: TextSet | undefined, scope: Scope): TextSet {
  const home = scope.value("HOME") ?? [[hole("missing-fact")]];
  const named = operand === undefined ? undefined : textOf(operand);
  // With `cdable_vars` a name that is no directory is that of a variable.
  const isVariable =
    /^[A-Za-z_]\w*$/.test(named ?? "") &&
    (mayBeOn("cdable_vars", scope) || mayBeOn("cdablevars", scope));
  if (operand === undefined) return home;
  return last ?? [operand, ...(isVariable ? (scope.value(named ?? "") ?? []) : [])];
}

/** Whether `..` is taken behind links, not from the text, and whether that is certain. */
function physicalMode({ args, scope }: BuiltinCall): {
  readonly isPhysical: boolean;
  readonly isCertainlyPhysical: boolean;
} {
  const modes = args.flatMap((text) => /^-[LPe@qs]+$/.exec(textOf(text) ?? "")?.[0] ?? []);
  const mode = /[LP](?=[^LP]*$)/.exec(modes.join(""))?.[0];
  return {
    isPhysical: mode === undefined ? mayBeOn("physical", scope) : mode === "P",
    isCertainlyPhysical: mode === "P" || !scope.unsureOptions.has("physical"),
  };
}

/** Directories that `cd` reaches, and whether it certainly does. `isKnown`: they are known to be there. */
function directoriesReached(
  targets: TextSet,
  call: BuiltinCall,
  isKnown: boolean,
): { readonly reached: ReadonlySet<string | undefined>; readonly certain: boolean } {
  const { scope, shell } = call;
  const { isPhysical, isCertainlyPhysical } = physicalMode(call);
  const reached = new Set<string | undefined>();
  let certain = !mayBeOn("restricted", scope);
  for (const text of targets) {
    const target = textOf(text) ?? someDirectory(text);
    for (const from of scope.directories) {
      if (target === undefined || (from === undefined && !target.startsWith("/"))) {
        reached.add(undefined);
        certain = false;
        continue;
      }
      const bases = /^\.{0,2}\//.test(target) ? [from] : searchedBases(scope, from);
      // Of several lists it is not known which is in force.
      const isOrdered = (scope.value("CDPATH")?.length ?? 1) === 1;
      let isFound = false;
      for (const base of bases) {
        if (base === undefined && !target.startsWith("/")) {
          reached.add(undefined);
          certain = false;
          continue;
        }
        const path = isPhysical
          ? followed(joinRaw(base ?? "/", target), shell)
          : joinPath(base ?? "/", target);
        // No directory lies that deep.
        if (path.length > PATH_CHARS_MAX) continue;
        const fact = shell.host.filesChanged(path)
          ? undefined
          : shell.host.ask({ kind: "path", path });
        isFound = isKnown || (fact?.kind === "path" && fact.type === "directory");
        // A directory of the search list in which there is certainly none of that name is passed over.
        if (!isFound && fact?.kind === "path" && base !== bases.at(-1)) continue;
        reached.add(path);
        // On another path taken the option is off.
        if (isPhysical && !isCertainlyPhysical) reached.add(joinPath(base ?? "/", target));
        if (isFound && isOrdered) break;
        certain = false;
      }
      // WHY a directory that is not there counts as reached: something else may make it before the command runs.
      if (!isFound) certain = false;
    }
  }
  return { reached, certain };
}

/** The shell in the directories that were reached, or perhaps still where it was. */
function entered(reached: ReadonlySet<string | undefined>, certain: boolean, scope: Scope): Result {
  const before = scope.directories;
  const output = EMPTY;
  const left = before.map(textOfDirectory);
  const unset: TextSet = [[hole("dynamic-path", { splits: false })]];
  const earlier = scope.variables.has("OLDPWD") ? (scope.value("OLDPWD") ?? unset) : unset;
  // Where it may have failed, the one before may still be meant.
  scope.set("OLDPWD", certain ? left : union(earlier, left), true);
  if (reached.size === 0) return { output, status: "failure" };
  const successDirectories = possibleDirectories(reached);
  if (certain) {
    scope.directories = successDirectories;
    return { output, status: "success" };
  }
  scope.directories = possibleDirectories([...successDirectories, ...before]);
  return { output, status: "either", successDirectories };
}

/** Where `cd -` leads, where the call itself went there before and all of it is known. */
function lastDirectories(scope: Scope): TextSet | undefined {
  const values = scope.variables.has("OLDPWD") ? scope.value("OLDPWD") : undefined;
  const isKnown =
    values !== undefined &&
    values.length > 0 &&
    values.every((text) => textOf(text)?.startsWith("/") === true);
  return isKnown ? values : undefined;
}

/** The directories that `pushd` left, the last one last. WHY a blank: no variable of the call has such a name. */
const STACK = " pushed";

/** The directories that `pushd` left may be others. */
export function forgetDirectories(scope: Scope): void {
  scope.setElements(STACK, looseElements([[hole("dynamic-path")]]));
}

/** `pushd DIRECTORY`: goes there, and keeps where it was. */
export function pushDirectory(call: BuiltinCall): Result {
  const { args, scope } = call;
  const [operand] = args;
  const [before, ...others] = scope.directories;
  const isPlain = args.length === 1 && !/^[-+]/.test(textOf(operand ?? []) ?? "-");
  const result = isPlain ? changeDirectory(call) : lostDirectory(call);
  if (isPlain && result.status === "success" && before !== undefined && others.length === 0)
    scope.setElements(STACK, withMore(scope.get(STACK)?.elements ?? [], [known(before)]));
  else forgetDirectories(scope);
  return result;
}

/** `popd`: goes back to where the last `pushd` was. */
export function popDirectory(call: BuiltinCall): Result {
  const { args, scope } = call;
  const elements = scope.get(STACK)?.elements ?? [];
  const last = elements.at(-1);
  const [target, ...others] = last?.values ?? [];
  const isMoved =
    scope.variables.has("DIRSTACK") ||
    ["autopushd", "auto_pushd"].some((one) => mayBeOn(one, scope));
  if (
    args.length > 0 ||
    isMoved ||
    !isListed(elements) ||
    target === undefined ||
    others.length > 0
  ) {
    forgetDirectories(scope);
    return lostDirectory(call);
  }
  scope.setElements(STACK, elements.slice(0, -1));
  const result = changeDirectory({ ...call, args: [target] }, true);
  return { ...result, output: [[hole("missing-fact")]] };
}

/** Where a path leads when every link on the way is followed; as text where facts do not tell. */
function followed(path: string, shell: Shell): string {
  const ask = shell.host.ask.bind(shell.host);
  const fact = path.includes("\0") ? undefined : ask({ kind: "path", path });
  return fact?.kind === "path" ? fact.real : withoutUps(path, ask);
}

/** zsh runs the function `chpwd`, and those that `chpwd_functions` lists, after every change of directory. */
function runDirectoryHooks(
  { scope, shell, io }: BuiltinCall,
  directories: Scope["directories"],
): void {
  const listed = scope.variables.has("chpwd_functions") ? scope.get("chpwd_functions") : undefined;
  const names = listed?.elements?.flatMap(({ values }) => values) ?? listed?.values ?? [];
  const own = scope.functions.has("chpwd") ? [literal("chpwd")] : [];
  for (const name of [...own, ...names]) {
    const branch = scope.fork();
    branch.directories = directories;
    shell.dispatch([name], branch, io);
  }
}

/** Where `cd` looks for a name: the directories of `CDPATH`, then the present one; undefined for one that is not known. */
function searchedBases(scope: Scope, from: string | undefined): readonly (string | undefined)[] {
  const lists = scope.value("CDPATH");
  if (lists === undefined) return [from];
  const bases = lists.flatMap((list) => {
    const entries = textOf(list)?.split(":") ?? [undefined];
    return entries.map((entry) =>
      entry === undefined || (from === undefined && !entry.startsWith("/"))
        ? undefined
        : joinPath(from ?? "/", entry),
    );
  });
  return [...new Set([...bases, from])];
}

export function lostDirectory({ scope }: BuiltinCall): Result {
  const before = scope.directories;
  scope.directories = [...new Set([...before, undefined])];
  return { output: [[hole("missing-fact")]], status: "either", successDirectories: [undefined] };
}
