// The daemon's service on this machine: how it stands, what was made for it, taking it out.
import { existsSync, lstatSync, mkdirSync, readlinkSync, realpathSync, rmSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import * as v from "valibot";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import { readBelow, removeFolderIfEmpty, replaceBelow } from "#govern/settings/deploy.ts";
import { thisSystem } from "#platform/system.ts";
import { readPrivateFile, writePrivateFile } from "../../foundation/files/private-file.ts";
import { type Directories } from "../../foundation/files/directories.ts";
import { shimsIn } from "../program/in-force.ts";
import {
  runSteps,
  type Service,
  serviceFor,
  servicePid,
  serviceProgram,
} from "./service-manager.ts";
import { SERVICE_MARK } from "./unit-text.ts";

/** The service of an installation on this machine. Throws a Failure where no service manager is known. */
export function serviceIn(directories: Directories): Service {
  const command = [shimsIn(directories).command, "daemon", "run"];
  const service = serviceFor(serviceProgram(directories, command));
  if (service !== undefined) return service;
  throw new Failure(
    "service",
    `no service manager is known for this system (${thisSystem()}); sessions start the daemon by themselves`,
  );
}

/**
 * Takes the service of an installation out, its daemon stopped. Throws a Failure when its file
 * is somebody else's.
 */
export async function removeService(directories: Directories): Promise<void> {
  const service = serviceIn(directories);
  const before = await readOwn(service);
  if (before !== undefined) {
    await runSteps(service.manager.disable.slice(0, 1));
    removeLink(service);
    await replaceBelow(service.folder, service.file, { expected: before, text: undefined });
    await runSteps(service.manager.disable.slice(1));
  }
  for (const folder of madeFolders(directories)) await removeFolderIfEmpty(folder);
  rmSync(directories.serviceFile, { force: true });
}

/** How the service stands. `outdated`: its file is not what this version would write; `foreign`: somebody else's file. */
export type ServiceStatus = {
  readonly state: "none" | "running" | "stopped" | "unsupported";
  readonly file: string | undefined;
  readonly content: "current" | "outdated" | "foreign" | undefined;
  readonly pid: number | undefined;
};

/** Looks without changing anything; never throws for what is on disk. */
export async function serviceStatus(directories: Directories): Promise<ServiceStatus> {
  const blank = { file: undefined, content: undefined, pid: undefined };
  let service: Service;
  try {
    service = serviceIn(directories);
  } catch {
    return { ...blank, state: "unsupported" };
  }
  const { file, text } = service;
  const stored = await readBelow(service.folder, file).catch(() => "foreign" as const);
  if (stored === undefined) return { ...blank, state: "none" };
  const isOurs = stored !== "foreign" && stored.text.includes(SERVICE_MARK);
  const content = !isOurs ? "foreign" : stored.text === text ? "current" : "outdated";
  const pid = isOurs ? await servicePid(service) : undefined;
  return { state: pid === undefined ? "stopped" : "running", file, content, pid };
}

/** The service's file when it is ours. Throws a Failure when somebody else's is in its place. */
export async function readOwn({ folder, file }: Service): ReturnType<typeof readBelow> {
  const stored = existsSync(folder) ? await readBelow(folder, file) : undefined;
  if (stored === undefined || stored.text.includes(SERVICE_MARK)) return stored;
  throw new Failure("service", `\`${printable(file)}\` was not written by sallyport; move it away`);
}

const recordSchema = v.strictObject({
  version: v.literal(1),
  /** Folders that did not exist before, the innermost first. */
  made: v.pipe(v.array(v.string()), v.maxLength(8)),
});

/** Keeps which folders were made for the service, to be removed with it. */
export function remember(
  { serviceFile }: Directories,
  service: Service,
  top: readonly string[],
): void {
  if (existsSync(serviceFile)) return;
  const made: string[] = [];
  for (
    let folder = dirname(service.file);
    folder.startsWith(service.folder) && !existsSync(folder);
  ) {
    made.push(folder);
    folder = dirname(folder);
  }
  writePrivateFile(serviceFile, `${JSON.stringify({ version: 1, made: [...made, ...top] })}\n`);
}

function madeFolders({ serviceFile }: Directories): readonly string[] {
  const text = readPrivateFile(serviceFile, { secret: true });
  const record = v.safeParse(v.pipe(v.string(), v.parseJson(), recordSchema), text);
  return record.success ? record.output.made : [];
}

/** The folder below which the file goes; says whether it had to be made. */
export function makeFolder(folder: string, isDry: boolean): readonly string[] {
  if (existsSync(folder) || isDry) return [];
  mkdirSync(folder, { recursive: true });
  return [folder];
}

/** The manager takes its link away itself, unless it cannot be asked. */
function removeLink({ link, file }: Service): void {
  if (link === undefined || lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink() !== true)
    return;
  const target = resolve(realpathSync(dirname(link)), readlinkSync(link));
  if (relative(target, file) === "") rmSync(link);
}
