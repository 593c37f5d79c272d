// Which program is in force in a data directory: put there once, kept until an upgrade, started by the shims in `bin`.
import { spawnSync } from "node:child_process";
import { accessSync, chmodSync, constants, existsSync, mkdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { Failure } from "#base/failure.ts";
import { singleQuoted } from "#base/shell-quoting.ts";
import type { Launch } from "../../foundation/process/launch.ts";
import { readPrivateFile, writePrivateFile } from "../../foundation/files/private-file.ts";
import {
  builtHookPath,
  builtMainPath,
  isFromSource,
  packageRoot,
  productVersion,
} from "../../foundation/product/product.ts";
import {
  dataDirectory,
  type Directories,
  directoriesIn,
} from "../../foundation/files/directories.ts";
import { realPathOrClean } from "../../foundation/files/path-status.ts";
import { compiledFolder } from "../../foundation/product/compiled-code.ts";
import { currentFormats } from "./data-formats.ts";
import { writeOwnFile } from "../../foundation/files/own-file.ts";
import { PACKAGE_PATH, type Product, readProduct } from "../../foundation/product/product-files.ts";
import { copyProgram, removeOtherPrograms } from "../../foundation/product/program-copy.ts";
import { keepNode, removeOtherNodes } from "../../foundation/product/kept-node.ts";
import {
  commandShim,
  formatInForce,
  hookShim,
  type InForce,
  parseInForce,
  type ProgramRecord,
  type ShimPlaces,
} from "./shim.ts";

/** What hooks call. Both paths stay the same for as long as the data directory does. */
export type Shims = { readonly command: string; readonly hook: string };

/** The shims of a data directory, whether they are written or not. */
export function shimsIn({ bin }: Directories): Shims {
  return { command: join(bin, "sallyport"), hook: join(bin, "sallyport-hook") };
}

/** The program that runs now: built and so to be copied, or run from source and left where it is. */
export type Running =
  | { readonly kind: "built"; readonly product: Product }
  | { readonly kind: "source"; readonly record: ProgramRecord };

/** Reads the program that runs now. `hookPath` is its command hook when that lies elsewhere. Throws a Failure. */
export function runningProgram(hookPath: string = builtHookPath()): Running {
  if (!isFromSource()) return { kind: "built", product: readProduct(packageRoot()) };
  const record = {
    id: null,
    version: productVersion(),
    digest: null,
    node: process.execPath,
    main: builtMainPath(),
    hook: hookPath,
    formats: currentFormats(),
  };
  return { kind: "source", record };
}

/** The record in force, undefined when there is none. Throws a Failure when it is damaged. */
export function readInForce({ programs }: Directories): InForce | undefined {
  const file = recordFile(programs);
  const text = readPrivateFile(file, { secret: true });
  return text === undefined ? undefined : parseInForce(text, file);
}

/** Puts a record in force with one rename. */
export function writeInForce({ programs }: Directories, record: InForce): void {
  mkdirSync(programs, { recursive: true, mode: 0o700 });
  writePrivateFile(recordFile(programs), formatInForce(record));
}

/** Copies the product, or finds its copy, and describes it as a program that could be put in force. */
export function placeProgram({ programs }: Directories, product: Product): ProgramRecord {
  const folder = copyProgram(programs, product);
  prepareCompiled(programs);
  return {
    id: product.id,
    version: product.version,
    digest: product.digest,
    node: keepNode(programs, process.execPath),
    main: join(folder, PACKAGE_PATH, "dist/surface/cli/main.js"),
    hook: join(folder, PACKAGE_PATH, "dist/hook.cjs"),
    formats: currentFormats(),
  };
}

/** Makes room for what processes keep of compiled code. A data directory that cannot be written does without. */
function prepareCompiled(programs: string): void {
  const folder = compiledFolder(programs);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if ((statSync(folder).mode & 0o077) !== 0) chmodSync(folder, 0o700);
  } catch {
    // Each start takes longer, and does the same.
  }
}

/** Whether a program could be started: its files and its node are there. */
export function canStart({ node, main, hook }: ProgramRecord): boolean {
  try {
    accessSync(node, constants.X_OK);
    return existsSync(main) && existsSync(hook);
  } catch {
    return false;
  }
}

/** The program in force when it can be started and is not the one that runs now: only `upgrade` replaces it. */
export function otherProgram(places: Directories, running: Running): ProgramRecord | undefined {
  const present = readInForce(places)?.current;
  if (present === undefined || present.id === null || !canStart(present)) return undefined;
  return running.kind === "built" && running.product.id === present.id ? undefined : present;
}

/**
 * Makes sure that a program is in force and that the shims stand; gives the program. Another one in force stays. Throws a Failure where
 * shims cannot be started from their place: a session would go on without the hook of its start, and nobody would say so.
 */
export function ensureProgram(places: Directories, running: Running): ProgramRecord {
  writeShims(places);
  const unstartable = whyNotStarted(shimsIn(places).command);
  if (unstartable !== undefined)
    throw new Failure(
      "program-place",
      `${unstartable}; name another place with \`--data DIR\` or \`SALLYPORT_HOME\``,
    );
  const other = otherProgram(places, running);
  if (other !== undefined) return other;
  const before = readInForce(places);
  const record = running.kind === "source" ? running.record : placeProgram(places, running.product);
  const present = before?.current;
  const isKept = present?.id === record.id && canStart({ ...record, node: present.node });
  const current = isKept ? { ...record, node: keepNode(places.programs, present.node) } : record;
  writeIfChanged(places, before, { version: 1, current, previous: before?.previous ?? null });
  return current;
}

/** Why a file that is there cannot be started; undefined where it can. */
export function whyNotStarted(path: string): string | undefined {
  try {
    accessSync(path, constants.X_OK);
    return undefined;
  } catch {
    return `nothing can be started in \`${dirname(path)}\`: what it lies on is mounted with \`noexec\`, or its rights forbid it`;
  }
}

/** Throws a Failure when another program is in force that would not read what this one writes. */
export function refuseOtherFormats(places: Directories, running: Running): void {
  const other = otherProgram(places, running);
  if (other === undefined) return;
  const mine = Object.entries(currentFormats());
  if (mine.every(([name, version]) => other.formats[name] === version)) return;
  throw new Failure(
    "program-other",
    `sallyport ${other.version} is in force here and keeps its files in another format; run \`sallyport upgrade\` first`,
  );
}

/** What a person is told when a command is not of the program that hooks start. */
export function otherProgramNote(places: Directories, running: Running): string | undefined {
  const other = otherProgram(places, running);
  if (other === undefined) return undefined;
  return `hooks and daemon stay with sallyport ${other.id}, which is in force here; \`sallyport upgrade\` puts this one in its place`;
}

/** Removes the copies that are neither in force nor the one to return to. */
export function removeOldPrograms(places: Directories): void {
  const record = readInForce(places);
  if (record === undefined) return;
  const kept = [record.current, ...(record.previous === null ? [] : [record.previous])];
  removeOtherNodes(
    places.programs,
    kept.map(({ node }) => node),
  );
  const ids = kept.flatMap(({ id }) => (id === null ? [] : [id]));
  if (ids.length > 0) removeOtherPrograms(places.programs, ids);
}

/** How to start the daemon of a program. */
export function launchOf({ node, main }: ProgramRecord): Launch {
  return { node, nodeArguments: [main, "daemon", "run"] };
}

/** The daemon of the program in force; undefined when there is none that could be started. */
export function launchInForce(places: Directories): Launch | undefined {
  const current = readInForce(places)?.current;
  return current !== undefined && canStart(current) ? launchOf(current) : undefined;
}

/** Whether the shims are there, as this program would write them, for their owner alone. */
export function haveShims(places: Directories): boolean {
  return shimTexts(places).every(
    ({ path, text }) =>
      readPrivateFile(path, { secret: false }) === text && (statSync(path).mode & 0o777) === 0o700,
  );
}

/** Whether a file is one of our shims as this program would write it. */
export function isOurShim(places: Directories, path: string, text: string): boolean {
  return shimTexts(places).some((one) => one.path === path && one.text === text);
}

/** Writes the shims where they are missing or differ, mode 0700. */
export function writeShims(places: Directories): void {
  mkdirSync(places.bin, { recursive: true, mode: 0o700 });
  for (const { path, text } of shimTexts(places)) {
    if (readPrivateFile(path, { secret: false }) === text) {
      chmodSync(path, 0o700);
      continue;
    }
    writeOwnFile(path, text, 0o700);
  }
}

/** The files that say which program is in force. */
export function inForceFiles(places: Directories): readonly string[] {
  const { command, hook } = shimsIn(places);
  return [recordFile(places.programs), command, hook];
}

/** The command that repairs this data directory, as a person types it. */
export function repairCommand(root: string): string {
  const isDefault = realPathOrClean(dataDirectory({})) === realPathOrClean(root);
  return `sallyport upgrade${isDefault ? "" : ` --data ${singleQuoted(root)}`}`;
}

function shimTexts(places: Directories) {
  const shims = shimsIn(places);
  // WHY the real path: a home may be a link, and who writes them names the directory that it checked.
  const { root, programs } = directoriesIn(realPathOrClean(places.root));
  const of: ShimPlaces = {
    dataDirectory: root,
    recordFile: recordFile(programs),
    repair: repairCommand(root),
    interpreter: interpreter(),
  };
  return [
    { path: shims.command, text: commandShim(of) },
    { path: shims.hook, text: hookShim(of) },
  ];
}

/**
 * WHY asked for: bash as `sh` takes functions and options from the environment (`SHELLOPTS=noexec` ends a script before
 * it began, with code 0), and `-p` is what keeps it from that. Small shells know neither.
 */
function interpreter(): string {
  const probe = spawnSync("/bin/sh", ["-p", "-c", ":"], { env: {}, timeout: 5_000 });
  return probe.status === 0 ? "#!/bin/sh -p" : "#!/bin/sh";
}

function recordFile(programs: string): string {
  return join(programs, "in-force");
}

function writeIfChanged(places: Directories, before: InForce | undefined, record: InForce): void {
  if (before !== undefined && formatInForce(before) === formatInForce(record)) return;
  writeInForce(places, record);
}
