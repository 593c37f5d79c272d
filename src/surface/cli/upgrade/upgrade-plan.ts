// What an upgrade, or the return from one, would change: found without changing anything.
import { join } from "node:path";
import { Failure } from "#base/failure.ts";
import { parseProjectRegister, type ProjectEntry } from "#govern/settings/project-register.ts";
import { hasOurHooks } from "#govern/settings/settings-edit.ts";
import { type Install, readInstall } from "../../services/installation/install.ts";
import { readPrivateFile } from "../../foundation/files/private-file.ts";
import { lockHolder } from "../../foundation/files/process-lock.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import {
  type DataFormat,
  dataFormats,
  type Migrated,
  migrate,
} from "../../services/program/data-formats.ts";
import {
  canStart,
  haveShims,
  readInForce,
  type Running,
  shimsIn,
} from "../../services/program/in-force.ts";
import { refusalDrift } from "../../services/evaluation/client-refusals.ts";
import { isSameFile } from "../../foundation/product/kept-node.ts";
import { isWholeCopy } from "../../foundation/product/program-copy.ts";
import type { InForce, ProgramRecord } from "../../services/program/shim.ts";

/** What is to be in force: the program that runs now, or the one before. */
export type Target =
  | { readonly kind: "running"; readonly running: Running }
  | { readonly kind: "previous"; readonly program: ProgramRecord };

/** A file that changes its format. */
export type FormatChange = {
  readonly file: string;
  readonly name: string;
  readonly change: Migrated;
};

export type UpgradePlan = {
  readonly places: Directories;
  readonly target: Target;
  /** Undefined when none is in force, or its record is damaged. */
  readonly before: InForce | undefined;
  readonly install: Install;
  readonly formats: readonly FormatChange[];
  /** Guarded projects whose settings hold our hooks. */
  readonly guarded: readonly ProjectEntry[];
  /** Those of them whose entries are written anew: hooks that name a program instead of the shims, rules of an older policy. */
  readonly older: readonly ProjectEntry[];
  /** Whether a daemon runs, and so is started again. */
  readonly isRunning: boolean;
  /** One line each, for a person; nothing to do when there are none. */
  readonly changes: readonly string[];
  readonly notes: readonly string[];
};

/**
 * Looks at an installation. Throws a Failure when there is none, when its files are damaged or newer than the target
 * knows, or when there is no program to return to.
 */
export async function planUpgrade(
  places: Directories,
  wanted: Running | "previous",
  known: readonly DataFormat[] = dataFormats,
): Promise<UpgradePlan> {
  const before = readRecord(places);
  const target = targetOf(wanted, before, places);
  const versions =
    target.kind === "previous"
      ? target.program.formats
      : Object.fromEntries(known.map(({ name, current }) => [name, current]));
  const formats = known.flatMap((format) => {
    const file = format.file(places);
    const text = readPrivateFile(file, { secret: true });
    const to = versions[format.name] ?? format.current;
    const change = text === undefined ? undefined : migrate(format, text, { file, to });
    return change === undefined ? [] : [{ file, name: format.name, change }];
  });
  const { install, projects } = readInstallation(places, target, formats);
  const guarded = projects.filter(holdsHooks);
  const named = target.kind === "previous" ? [] : guarded.filter((one) => isOlder(one, places));
  const drifted = target.kind === "previous" ? [] : await drifting(guarded, places);
  const older = guarded.filter((one) => named.includes(one) || drifted.includes(one));
  const isRunning = lockHolder(places.lockFile) !== undefined;
  const changes = [
    ...programChanges(before, target, places),
    ...formats.map(
      ({ name, change }) =>
        `data format: ${name} from ${change.from} to ${change.to} (${change.steps.join("; ")})`,
    ),
    ...drifted.map(({ root }) => `the client's rules: ${root} (the policy refuses otherwise now)`),
    ...named.map(
      ({ root }) => `hook entries: ${root} (they name a program, from now on the shims)`,
    ),
  ];
  return {
    places,
    target,
    before,
    install,
    formats,
    guarded,
    older,
    isRunning,
    changes: changes.length > 0 && isRunning ? [...changes, "daemon: is started again"] : changes,
    notes: projects
      .filter((project) => !guarded.includes(project))
      .map(({ root }) => `${root} holds no hook of ours and is left as it is`),
  };
}

/** A damaged record is what an upgrade repairs. */
function readRecord(places: Directories): InForce | undefined {
  try {
    return readInForce(places);
  } catch (cause) {
    if (cause instanceof Failure && cause.code === "program-record") return undefined;
    throw cause;
  }
}

function targetOf(
  wanted: Running | "previous",
  before: InForce | undefined,
  places: Directories,
): Target {
  if (wanted !== "previous") return { kind: "running", running: wanted };
  const previous = before?.previous ?? undefined;
  if (previous?.id === undefined || previous.id === null || previous.digest === null) {
    throw new Failure("no-previous", "there is no program before this one to return to");
  }
  if (!isWholeCopy(join(places.programs, previous.id), previous.digest)) {
    throw new Failure(
      "no-previous",
      `the copy of sallyport ${previous.id} is gone or damaged, so there is nothing to return to`,
    );
  }
  const node = canStart(previous) ? previous.node : process.execPath;
  return { kind: "previous", program: { ...previous, node } };
}

/** Read as the files will be, or are: whichever this process understands. */
function readInstallation(
  places: Directories,
  target: Target,
  formats: readonly FormatChange[],
): { readonly install: Install; readonly projects: readonly ProjectEntry[] } {
  const textOf = (file: string) => {
    const changed = formats.find((one) => one.file === file);
    if (target.kind === "running" && changed !== undefined) return changed.change.text;
    return readPrivateFile(file, { secret: true });
  };
  const { root, stateFile, projectsFile } = places;
  const install = readInstall(places, textOf(stateFile));
  if (install === undefined) {
    throw new Failure(
      "not-installed",
      `nothing is installed in \`${root}\`; start with \`sallyport init\``,
    );
  }
  return { install, projects: parseProjectRegister(textOf(projectsFile), projectsFile) };
}

function holdsHooks({ settingsFile }: ProjectEntry): boolean {
  try {
    const text = readPrivateFile(settingsFile, { secret: false });
    return text !== undefined && hasOurHooks(text, settingsFile);
  } catch (cause) {
    // A file that the client cannot read either guards nothing.
    if (cause instanceof Failure) return false;
    throw cause;
  }
}

/** Projects whose rules of the client are not what their policy refuses now. One that cannot be told keeps its own. */
async function drifting(
  guarded: readonly ProjectEntry[],
  directories: Directories,
): Promise<readonly ProjectEntry[]> {
  const found: ProjectEntry[] = [];
  for (const entry of guarded) {
    const drift = await refusalDrift(entry, { directories }).catch((cause: unknown) => {
      if (cause instanceof Failure) return undefined;
      throw cause;
    });
    if (drift !== undefined) found.push(entry);
  }
  return found;
}

function isOlder({ hooks }: ProjectEntry, places: Directories): boolean {
  const shims = Object.values(shimsIn(places));
  return hooks.some(({ handler }) => {
    const { type, command, args } = handler;
    if (type !== "command") return false;
    const words = [command, ...(Array.isArray(args) ? args : [])];
    return !words.some((word) => shims.some((shim) => shim === word));
  });
}

function programChanges(
  before: InForce | undefined,
  target: Target,
  places: Directories,
): readonly string[] {
  const present = before?.current;
  const { name, node, digest } = describe(target);
  const isSame = present !== undefined && nameOf(present) === name;
  const isWhole = digest === null || isWholeCopy(join(places.programs, present?.id ?? ""), digest);
  return [
    ...(isSame ? [] : [`program: ${present === undefined ? "none" : nameOf(present)} to ${name}`]),
    ...(isSame && !isWhole ? [`program: the copy of ${name} is damaged and is made again`] : []),
    ...(present === undefined || (canStart(present) && isSameFile(present.node, node))
      ? []
      : [`node: ${present.node} to ${node}`]),
    ...(haveShims(places) ? [] : [`shims: written to ${places.bin}`]),
  ];
}

function describe(target: Target): {
  readonly name: string;
  readonly node: string;
  readonly digest: string | null;
} {
  if (target.kind === "previous") return { ...target.program, name: nameOf(target.program) };
  const { running } = target;
  if (running.kind === "source") return { ...running.record, name: nameOf(running.record) };
  return { name: running.product.id, node: process.execPath, digest: running.product.digest };
}

/** How a program is called in words. */
export function nameOf({ id, version }: Pick<ProgramRecord, "id" | "version">): string {
  return id ?? `${version} (where it was built)`;
}
