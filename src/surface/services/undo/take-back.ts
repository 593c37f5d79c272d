// Taking back what calls changed: what would be done, what others changed meanwhile, and doing it without following a link.
import { randomBytes } from "node:crypto";
import {
  chmodSync,
  closeSync,
  fchmodSync,
  lstatSync,
  mkdirSync,
  openSync,
  renameSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { openFlags } from "#platform/open-flags.ts";
import { openBelow } from "#platform/open-below.ts";
import type { ChangeRecord, FileChange } from "./change-records.ts";
import { type CopyStore, partsOf } from "./copy-store.ts";
import { namesAll, repositoryOf, saysSame } from "./own-repository.ts";
import type { Step } from "./steps.ts";
import { asWholes, objectsSince } from "./repository-steps.ts";
import { isSame, lookAtPath, type State, UNDO_BOUNDS } from "./project-state.ts";

export type TakeBackPlan = {
  readonly steps: readonly Step[];
  /** Places that are already as they were. */
  readonly already: number;
};

type Chain = { readonly first: FileChange; readonly last: FileChange; readonly isBroken: boolean };

/**
 * What taking back these records does, as things are now. `records` are all of the project, the oldest first; `over` are
 * paths that are put back whatever others made of them.
 */
export function planTakeBack(
  chosen: readonly ChangeRecord[],
  records: readonly ChangeRecord[],
  {
    root,
    store,
    over,
  }: { readonly root: string; readonly store: CopyStore; readonly over: ReadonlySet<string> },
): TakeBackPlan {
  const chains = new Map<string, Chain>();
  for (const { changes } of chosen)
    for (const change of changes) {
      const before = chains.get(change.path);
      chains.set(change.path, {
        first: before?.first ?? change,
        last: change,
        isBroken:
          before !== undefined && (before.isBroken || !isSame(before.last.after, change.before)),
      });
    }
  const ids = new Set(chosen.map(({ id }) => id));
  const later = records
    .slice(records.findIndex(({ id }) => ids.has(id)))
    .filter(({ id }) => !ids.has(id));
  const steps: Step[] = [];
  const isNamed = (path: string): boolean => over.has(path) || over.has(repositoryOf(path) ?? path);
  const isAsLeft = (path: string, now: State, after: State): boolean =>
    isSame(now, after) || saysSame(path, now, after, store);
  let already = 0;
  /** Files and links that make room for a directory again: what lay in it is not there now. */
  const making: string[] = [];
  for (const [path, { first, last, isBroken }] of [...chains].toSorted(byPath)) {
    const to = first.before;
    const isFreed = making.some((directory) => path.startsWith(`${directory}/`));
    const now: State | undefined = isFreed ? { kind: "none" } : stateAt(path, { root, store });
    if (now === undefined) {
      steps.push({ path, now: { kind: "other" }, to, obstacle: "no-file" });
      continue;
    }
    if (isSame(now, to)) {
      already += 1;
      continue;
    }
    const step = { path, now, to };
    if (to.kind === "other" || now.kind === "other") steps.push({ ...step, obstacle: "no-file" });
    else if (to.kind === "file" && (to.copy === undefined || !store.holds(to.copy)))
      steps.push({ ...step, obstacle: "no-copy", why: to.why ?? "gone" });
    else if (isFreed || isNamed(path) || (!isBroken && isAsLeft(path, now, last.after))) {
      if (to.kind === "directory" && now.kind !== "none" && now.kind !== "directory")
        making.push(path);
      steps.push(step);
    } else if (namesAll(path, now, to, store)) already += 1;
    else {
      const isLater = later.some(({ changes }) =>
        changes.some((one) => one.path === path && isSame(one.after, now)),
      );
      steps.push({ ...step, obstacle: isLater ? "changed-by-later-call" : "changed-since" });
    }
  }
  const wholes = asWholes(steps);
  const objects = objectsSince(wholes, later, (path) => stateAt(path, { root, store }));
  return { steps: [...wholes, ...objects], already };
}

function byPath([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : 1;
}

function stateAt(
  path: string,
  { root, store }: { readonly root: string; readonly store: CopyStore },
): State | undefined {
  try {
    return lookAtPath({ root, store, before: undefined, bounds: UNDO_BOUNDS }, path).state;
  } catch {
    return undefined;
  }
}

/** Does the steps that nothing stands against. Gives what was changed, as a record keeps it, and what did not work. */
export function takeBack(
  { steps }: TakeBackPlan,
  { root, store }: { readonly root: string; readonly store: CopyStore },
): { readonly done: readonly FileChange[]; readonly failed: readonly string[] } {
  const open = steps.filter(({ obstacle }) => obstacle === undefined);
  const depth = ({ path }: Step): number => path.split("/").length;
  const isDirectory = ({ to }: Step): boolean => to.kind === "directory";
  // What goes away first and from below, then directories from above, then what lies in them.
  const gone = open.filter(({ to }) => to.kind === "none").toSorted((a, b) => depth(b) - depth(a));
  const made = open.filter(isDirectory).toSorted((a, b) => depth(a) - depth(b));
  const put = open.filter((step) => step.to.kind !== "none" && !isDirectory(step));
  // WHY twice: a file stands where a directory is to come, and directories where files are.
  const inTheWay = made.filter(({ now }) => now.kind === "file" || now.kind === "link");
  const done: FileChange[] = [];
  const failed: string[] = [];
  for (const step of inTheWay) attempt(() => remove(root, step));
  for (const step of [...gone, ...made, ...put]) {
    const isDone = attempt(() => {
      if (step.to.kind === "none") remove(root, step);
      else place(step, { root, store });
    });
    const after = stateAt(step.path, { root, store });
    if (isDone && after !== undefined) done.push({ path: step.path, before: step.now, after });
    else failed.push(step.path);
  }
  return { done, failed };
}

function attempt(act: () => void): boolean {
  try {
    act();
    return true;
  } catch {
    return false;
  }
}

function inDirectory(
  root: string,
  path: string,
  act: (at: (name: string) => string, name: string) => void,
): void {
  const steps = path.split("/");
  const name = steps.pop() ?? "";
  const directory = openBelow(root, steps);
  try {
    act(directory.at, name);
  } finally {
    directory.close();
  }
}

function remove(root: string, { path, now }: Step): void {
  inDirectory(root, path, (at, name) => {
    if (now.kind === "directory") rmdirSync(at(name));
    else unlinkSync(at(name));
  });
}

function place(
  { path, now, to }: Step,
  { root, store }: { readonly root: string; readonly store: CopyStore },
): void {
  inDirectory(root, path, (at, name) => {
    const isThere = lstatSync(at(name), { throwIfNoEntry: false });
    if (to.kind === "directory") {
      if (isThere?.isDirectory() !== true) mkdirSync(at(name));
      chmodSync(at(name), to.mode);
      return;
    }
    if (now.kind === "directory" && isThere?.isDirectory() === true) rmdirSync(at(name));
    const temporary = `.${randomBytes(6).toString("hex")}.sallyport-undo`;
    try {
      if (to.kind === "link") symlinkSync(to.to, at(temporary));
      else if (to.kind === "file") {
        const descriptor = openSync(at(temporary), openFlags.appendNew, 0o600);
        try {
          for (const part of partsOf(to.copy ?? "")) {
            const bytes = store.get(part);
            if (bytes === undefined) throw new Error("the copy is gone");
            for (let from = 0; from < bytes.length; ) from += writeSync(descriptor, bytes, from);
          }
          fchmodSync(descriptor, to.mode);
        } finally {
          closeSync(descriptor);
        }
      }
      renameSync(at(temporary), at(name));
    } finally {
      rmSync(at(temporary), { force: true });
    }
  });
}
