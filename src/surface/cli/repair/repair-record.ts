// What an audit's repairs changed in a directory, as it was before: enough for `uninstall` to put it back.
import { createHash } from "node:crypto";
import { chmodSync, lstatSync, mkdirSync, rmSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import * as v from "valibot";
import {
  readBelow,
  removeFolderIfEmpty,
  replaceBelow,
  type StoredFile,
} from "#govern/settings/deploy.ts";
import { unifiedDiff } from "#govern/settings/unified-diff.ts";
import { readPrivateFile, writePrivateFile } from "../../foundation/files/private-file.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import {
  carryOut,
  type HookPlan,
  planRemove,
  removeEmpty,
} from "../../services/git-hooks/change-hooks.ts";
import { readHook } from "../../services/git-hooks/hook-place.ts";

const mode = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0o7777));
const recordSchema = v.strictObject({
  version: v.literal(1),
  root: v.string(),
  /** `path` from the root, or absolute for a file of the person. */
  modes: v.array(v.strictObject({ path: v.string(), before: mode, after: mode })),
  /** `before` is null where there was no file; `createdFolder`: its folder goes with it when it is empty. */
  files: v.array(
    v.strictObject({
      path: v.string(),
      before: v.nullable(v.string()),
      after: v.string(),
      createdFolder: v.boolean(),
    }),
  ),
  /** Hooks of git that were put in; `path` is absolute. Records of the time before had none. */
  hooks: v.optional(
    v.array(v.strictObject({ path: v.string(), after: v.string(), createdFolder: v.boolean() })),
  ),
});

/** What was changed. */
export type RepairRecord = v.InferOutput<typeof recordSchema>;

/** What is remembered of a directory; undefined where nothing was repaired or the record cannot be read. */
export function readRepairs(directories: Directories, root: string): RepairRecord | undefined {
  const text = readPrivateFile(fileOf(directories, root), { secret: false });
  if (text === undefined) return undefined;
  try {
    const parsed = v.safeParse(recordSchema, JSON.parse(text));
    return parsed.success && parsed.output.root === root ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}

/** Remembers what is about to change, in front of what is remembered: the oldest state is what goes back. */
export function rememberRepairs(
  directories: Directories,
  { root, modes, files, hooks = [] }: Omit<RepairRecord, "version">,
): void {
  const before = readRepairs(directories, root);
  const record: RepairRecord = {
    version: 1,
    root,
    modes: joined(before?.modes ?? [], modes),
    files: joined(before?.files ?? [], files),
    hooks: [...(before?.hooks ?? []).filter(({ path }) => !isAmong(hooks, path)), ...hooks],
  };
  mkdirSync(directories.repairs, { recursive: true, mode: 0o700 });
  writePrivateFile(fileOf(directories, root), `${JSON.stringify(record)}\n`);
}

function isAmong(list: readonly { readonly path: string }[], path: string): boolean {
  return list.some((one) => one.path === path);
}

/** Of two changes of one path the first state and the last one. */
function joined<Change extends { readonly path: string; readonly before: unknown }>(
  old: readonly Change[],
  fresh: readonly Change[],
): Change[] {
  const first = new Map(old.map((change) => [change.path, change]));
  const again = fresh.map((change) => {
    const known = first.get(change.path);
    return known === undefined ? change : { ...change, before: known.before };
  });
  const paths = new Set(again.map(({ path }) => path));
  return [...old.filter(({ path }) => !paths.has(path)), ...again];
}

/** What putting back would change. */
export type RepairUndo = {
  readonly record: RepairRecord;
  readonly files: readonly {
    readonly path: string;
    readonly stored: StoredFile;
    readonly text: string | undefined;
    readonly createdFolder: boolean;
  }[];
  readonly modes: RepairRecord["modes"];
  readonly hooks: readonly {
    readonly plan: HookPlan;
    readonly directory: string;
    readonly createdFolder: boolean;
  }[];
  readonly diff: string;
  readonly notes: readonly string[];
};

/** Plans to put everything back that is still as it was repaired. Throws a Failure where a file cannot be read. */
export async function planUndo(
  directories: Directories,
  root: string,
): Promise<RepairUndo | undefined> {
  const record = readRepairs(directories, root);
  if (record === undefined) return undefined;
  const files: RepairUndo["files"][number][] = [];
  const notes: string[] = [];
  for (const { path, before, after, createdFolder } of record.files) {
    const stored = await readBelow(root, join(root, path));
    if (stored === undefined) continue;
    const isOurs = digestOf(stored.text) === after;
    if (isOurs) files.push({ path, stored, text: before ?? undefined, createdFolder });
    else notes.push(`\`${path}\` was changed since and is left as it is`);
  }
  const hooks = (record.hooks ?? []).flatMap(({ path, after, createdFolder }) => {
    const { text } = readHook(path);
    if (text === undefined) return [];
    if (digestOf(text) !== after) {
      notes.push(`\`${path}\` was changed since and is left as it is`);
      return [];
    }
    const directory = dirname(path);
    const place = {
      kind: "own" as const,
      directory,
      runs: directory,
      top: root,
      manager: undefined,
    };
    return [{ plan: planRemove(place, ["pre-commit"]), directory, createdFolder }];
  });
  const modes = record.modes.filter(({ path, after }) => modeOf(root, path) === after);
  const diff = [
    ...files.map(({ path, stored, text }) => unifiedDiff(stored.text, text ?? "", path)),
    ...hooks.map(({ plan }) => plan.diff),
    ...modes.map(({ path, before, after }) => modeLine(path, after, before)),
  ].join("");
  return { record, files, modes, hooks, diff, notes };
}

/** Puts it back, and forgets the record. */
export async function carryOutUndo(
  directories: Directories,
  { record: { root }, files, modes, hooks }: RepairUndo,
): Promise<void> {
  for (const { path, stored, text, createdFolder } of files) {
    const file = join(root, path);
    await replaceBelow(root, file, { expected: stored, text });
    if (text === undefined && createdFolder) await removeFolderIfEmpty(dirname(file));
  }
  for (const { plan, directory, createdFolder } of hooks) {
    carryOut(plan);
    if (createdFolder) removeEmpty(directory);
  }
  for (const { path, before } of modes) chmodSync(placeOf(root, path), before);
  rmSync(fileOf(directories, root), { force: true });
}

/** The digest by which a text is known again. */
export function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** A change of mode as a diff shows it. */
export function modeLine(path: string, before: number, after: number): string {
  const octal = (bits: number) => bits.toString(8).padStart(4, "0");
  return `mode of ${path}\n-${octal(before)}\n+${octal(after)}\n`;
}

/** Permission bits of a plain file, undefined for anything else: a link leads to somebody else's. */
export function modeOf(root: string, path: string): number | undefined {
  const status = lstatSync(placeOf(root, path), { throwIfNoEntry: false });
  return status?.isFile() === true ? status.mode & 0o7777 : undefined;
}

/** Where a path of a record lies. */
export function placeOf(root: string, path: string): string {
  return isAbsolute(path) ? path : join(root, path);
}

function fileOf(directories: Directories, root: string): string {
  const name = createHash("sha256").update(root).digest("hex").slice(0, 16);
  return join(directories.repairs, `${name}.json`);
}
