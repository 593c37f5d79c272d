// Puts our hooks into a repository and takes them out: planned first, shown, then carried out, and reversible byte for byte.
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, relative } from "node:path";
import { Failure } from "#base/failure.ts";
import { ownHook } from "#guard/effects/git/own-hook.ts";
import { unifiedDiff } from "#govern/settings/unified-diff.ts";
import { isThere } from "../../foundation/files/path-status.ts";
import {
  GIT_HOOKS,
  type GitHookName,
  hasLines,
  isOwnHook,
  withoutLines,
  withSharedLines,
} from "./hook-block.ts";
import { beforePath, type HookFile, type HookPlace, readHook } from "./hook-place.ts";

/** What is to be in force: options of each hook that is wanted, by its name. */
export type WantedHooks = Readonly<Partial<Record<GitHookName, readonly string[]>>>;

type Step =
  | { readonly kind: "rename"; readonly from: string; readonly to: string }
  | {
      readonly kind: "write";
      readonly path: string;
      readonly text: string;
      readonly isNew: boolean;
    }
  | { readonly kind: "remove"; readonly path: string };

/** A change as it is shown and carried out. */
export type HookPlan = {
  readonly steps: readonly Step[];
  readonly diff: string;
  readonly notes: readonly string[];
};

/** What has to be done so that the wanted hooks, and none other of ours, are in force. */
export function planInstall(
  place: HookPlace,
  wanted: WantedHooks,
  launch: readonly string[],
): HookPlan {
  const steps: Step[] = [];
  const notes: string[] = [];
  for (const name of GIT_HOOKS) {
    const options = wanted[name];
    const hook = readHook(`${place.directory}/${name}`);
    if (options === undefined) {
      const taken = removalOf(hook);
      steps.push(...taken.steps);
      notes.push(...taken.notes);
      continue;
    }
    if (place.kind === "shared") {
      const text = withSharedLines(hook.text, name, options);
      if (text !== hook.text || !hook.isExecutable) {
        steps.push({ kind: "write", path: hook.path, text, isNew: hook.text === undefined });
      }
      continue;
    }
    const text = ownHook(name, launch, options);
    if (hook.text === text && hook.isExecutable) continue;
    if (hook.text !== undefined && !isOwnHook(hook.text)) {
      const before = beforePath(hook.path);
      if (existsSync(before)) {
        throw new Failure(
          "git-hooks",
          `\`${before}\` is there already: another hook took our place; look at both and remove one`,
        );
      }
      steps.push({ kind: "rename", from: hook.path, to: before });
      notes.push(
        hook.isExecutable
          ? `the ${name} hook that is there runs first, with the same input: it waits as ${basename(before)}`
          : `the ${name} hook that is there is not executable, so git does not run it and neither do we`,
      );
      steps.push({ kind: "write", path: hook.path, text, isNew: true });
    } else {
      steps.push({ kind: "write", path: hook.path, text, isNew: hook.text === undefined });
    }
  }
  if (place.kind === "shared" && steps.length > 0) {
    notes.push(
      `${relative(place.top, place.directory)} is part of the repository: commit it, and everybody who has sallyport is guarded`,
    );
  }
  return finish(place, steps, notes);
}

/** What has to be done so that none of our hooks of these names is left and those before them are back. */
export function planRemove(place: HookPlace, names: readonly GitHookName[] = GIT_HOOKS): HookPlan {
  const removals = names.map((name) => removalOf(readHook(`${place.directory}/${name}`)));
  return finish(
    place,
    removals.flatMap(({ steps }) => steps),
    removals.flatMap(({ notes }) => notes),
  );
}

function removalOf(hook: HookFile): { readonly steps: Step[]; readonly notes: string[] } {
  const before = beforePath(hook.path);
  const hasBefore = isThere(before);
  const restore: Step[] = hasBefore ? [{ kind: "rename", from: before, to: hook.path }] : [];
  if (hook.text === undefined || !hasLines(hook.text)) {
    if (!hasBefore) return { steps: [], notes: [] };
    if (hook.text === undefined) return { steps: restore, notes: [] };
    const note = `another program replaced our ${basename(hook.path)} hook; the one before ours stays as ${basename(before)}`;
    return { steps: [], notes: [note] };
  }
  if (isOwnHook(hook.text))
    return { steps: [{ kind: "remove", path: hook.path }, ...restore], notes: [] };
  const text = withoutLines(hook.text);
  if (text === undefined || hasBefore) {
    throw new Failure(
      "git-hooks",
      `\`${hook.path}\` was changed by hand: take the lines of sallyport out of it yourself`,
    );
  }
  const isEmpty = text.trim() === "" || text.trim() === "#!/bin/sh";
  return {
    steps: isEmpty
      ? [{ kind: "remove", path: hook.path }]
      : [{ kind: "write", path: hook.path, text, isNew: false }],
    notes: [],
  };
}

function finish(place: HookPlace, steps: readonly Step[], notes: readonly string[]): HookPlan {
  const moved = new Set(steps.flatMap((step) => (step.kind === "rename" ? [step.from] : [])));
  const diff = steps
    .map((step) => {
      switch (step.kind) {
        case "rename":
          return `rename ${shown(place, step.from)} to ${shown(place, step.to)}\n`;
        case "remove":
          return unifiedDiff(readHook(step.path).text, undefined, shown(place, step.path));
        case "write": {
          const text = moved.has(step.path) ? undefined : readHook(step.path).text;
          return unifiedDiff(text, step.text, shown(place, step.path));
        }
        default:
          return step satisfies never;
      }
    })
    .join("");
  return { steps, diff, notes };
}

function shown({ top }: HookPlace, path: string): string {
  const below = relative(top, path);
  return below.startsWith("..") ? path : below;
}

/** Carries a plan out, step by step; what a hook was keeps its bytes, rights and links. */
export function carryOut({ steps }: HookPlan): void {
  for (const step of steps) {
    switch (step.kind) {
      case "rename":
        renameSync(step.from, step.to);
        break;
      case "remove":
        rmSync(step.path);
        break;
      case "write":
        writeHook(step.path, step.text);
        break;
      default:
        return step satisfies never;
    }
  }
}

/** WHY beside and then renamed: git may start the hook at any moment, and a half one lets everything pass. */
function writeHook(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  const mode = lstatSync(path, { throwIfNoEntry: false })?.mode ?? 0o755;
  const beside = `${path}.sallyport-new`;
  writeFileSync(beside, text, { mode: 0o755 });
  chmodSync(beside, (mode & 0o777) | 0o111);
  renameSync(beside, path);
}

/** Removes a folder of hooks that was made for ours and is empty now. */
export function removeEmpty(directory: string): void {
  try {
    rmdirSync(directory);
  } catch {
    // It holds something else, or is not there: both are as it should be.
  }
}
