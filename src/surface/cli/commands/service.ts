// `sallyport service`: the daemon as a service of the person's own, written only after it was shown, taken out exactly.
import { existsSync, lstatSync, mkdirSync, readlinkSync, realpathSync, rmSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { defineCommand } from "citty";
import * as v from "valibot";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import { readBelow, removeFolderIfEmpty, replaceBelow } from "#govern/settings/deploy.ts";
import { thisSystem } from "#platform/system.ts";
import { unifiedDiff } from "#govern/settings/unified-diff.ts";
import { ensureInstall } from "../../daemon/install.ts";
import { stopDaemon } from "../../daemon/lifecycle.ts";
import { readPrivateFile, writePrivateFile } from "../../daemon/private-file.ts";
import { dataDirectory, type Directories, directoriesIn } from "../../directories.ts";
import { ensureProgram, runningProgram, shimsIn } from "../../program/in-force.ts";
import {
  runSteps,
  type Service,
  serviceFor,
  servicePid,
  serviceProgram,
} from "../../service/service-manager.ts";
import { SERVICE_MARK } from "../../service/unit-text.ts";
import { changeRequest, seekConsent } from "../consent.ts";
import { consentOptions, dataOption, jsonOption } from "../options.ts";
import { tell } from "../outcome.ts";
import { openTerminal } from "../terminal.ts";

const changing = {
  ...consentOptions,
  ...dataOption,
} as const;

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

export const installSubCommand = defineCommand({
  meta: {
    name: "install",
    description: `Let the service manager run the daemon. Shows the file, asks, writes it, starts it.
Example: sallyport service install --dry-run`,
  },
  args: {
    ...changing,
    print: { type: "boolean", description: "print the file's text and do nothing" },
  },
  async run({ args }) {
    const root = args.data ?? dataDirectory();
    if (args.print === true) {
      const { file, text } = serviceIn(directoriesIn(root));
      return tell(args, { file, text }, text.trimEnd());
    }
    const request = changeRequest(args, openTerminal());
    const { directories } = await ensureInstall({ root });
    const service = serviceIn(directories);
    const made = makeFolder(service.folder, request.dryRun === true);
    const before = await readOwn(service);
    const diff = unifiedDiff(before?.text, service.text, service.file);
    const facts = { file: service.file, diff };
    if (diff !== "") {
      const consent = await seekConsent(request, { diff, notes: [] });
      if (consent === "declined") process.exitCode = 1;
      if (consent !== "given") {
        const words = `nothing was written${consent === "planned" ? " (--dry-run)" : ""}`;
        return tell(args, { outcome: consent, ...facts }, words);
      }
      ensureProgram(directories, runningProgram());
      remember(directories, service, made);
      await replaceBelow(service.folder, service.file, {
        expected: before,
        text: service.text,
      });
    } else if (request.dryRun === true) {
      return tell(args, { outcome: "unchanged", ...facts }, "nothing to change");
    }
    const isRunning = await enable(service, directories);
    const toRun = isRunning ? [] : service.manager.enable;
    await tell(args, { outcome: "installed", ...facts, isRunning, toRun }, enabledText(toRun));
  },
});

export const removeSubCommand = defineCommand({
  meta: {
    name: "remove",
    description: "Take the service out again. Example: sallyport service remove --yes",
  },
  args: changing,
  async run({ args }) {
    const request = changeRequest(args, openTerminal());
    const directories = directoriesIn(args.data ?? dataDirectory());
    const service = serviceIn(directories);
    const { file } = service;
    const before = await readOwn(service);
    if (before === undefined) {
      const facts = { outcome: "unchanged", file, diff: "" };
      return tell(args, facts, "there is no service, nothing to do");
    }
    const diff = unifiedDiff(before.text, undefined, file);
    const consent = await seekConsent(request, { diff, notes: [] });
    if (consent === "declined") process.exitCode = 1;
    if (consent !== "given") {
      const words = `nothing was removed${consent === "planned" ? " (--dry-run)" : ""}`;
      return tell(args, { outcome: consent, file, diff }, words);
    }
    await removeService(directories);
    await tell(
      args,
      { outcome: "removed", file, diff },
      "the service was removed and its daemon stopped; sessions start the daemon by themselves again",
    );
  },
});

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

export const statusSubCommand = defineCommand({
  meta: {
    name: "status",
    description: "Say whether the service is installed and runs. Example: sallyport service status",
  },
  args: { ...jsonOption, ...dataOption },
  async run({ args }) {
    const standing = await serviceStanding(directoriesIn(args.data ?? dataDirectory()));
    const text = args.json === true ? JSON.stringify(standing) : standingText(standing);
    process.stdout.write(`${text}\n`);
    if (standing.state !== "running") process.exitCode = 1;
  },
});

/** How the service stands. `outdated`: its file is not what this version would write; `foreign`: somebody else's file. */
export type ServiceStanding = {
  readonly state: "none" | "running" | "stopped" | "unsupported";
  readonly file: string | undefined;
  readonly content: "current" | "outdated" | "foreign" | undefined;
  readonly pid: number | undefined;
};

/** Looks without changing anything; never throws for what is on disk. */
export async function serviceStanding(directories: Directories): Promise<ServiceStanding> {
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

function standingText({ state, file, content, pid }: ServiceStanding): string {
  switch (state) {
    case "none":
      return "no service; sessions start the daemon by themselves (`sallyport service install` makes one)";
    case "unsupported":
      return "no service manager is known here; sessions start the daemon by themselves";
    case "running":
    case "stopped": {
      const runs = state === "running" ? `runs (process ${pid})` : "does not run";
      const rest = {
        current: "",
        outdated: "; its file is of another version: run `sallyport service install`",
        foreign: "; its file is not ours",
      };
      return `service ${runs}, ${printable(file ?? "")}${content === undefined ? "" : rest[content]}`;
    }
    default:
      return state satisfies never;
  }
}

/** Starts the service by its manager; false where that cannot be asked. */
async function enable(service: Service, directories: Directories): Promise<boolean> {
  // WHY: a daemon that a session started holds the port; the service's own would find it and end.
  const install = await ensureInstall({ root: directories.root });
  await stopDaemon(install);
  return runSteps(service.manager.enable);
}

function enabledText(toRun: readonly (readonly string[])[]): string {
  if (toRun.length === 0) return "the service is installed and runs; it starts with your session";
  return [
    "the file is written, but the service manager could not be asked to start it here. Run:",
    ...toRun.map((step) => `  ${step.join(" ")}`),
  ].join("\n");
}

/** The service's file when it is ours. Throws a Failure when somebody else's is in its place. */
async function readOwn({ folder, file }: Service): ReturnType<typeof readBelow> {
  const stored = existsSync(folder) ? await readBelow(folder, file) : undefined;
  if (stored === undefined || stored.text.includes(SERVICE_MARK)) return stored;
  throw new Failure("service", `\`${printable(file)}\` was not written by sallyport; move it away`);
}

const recordSchema = v.strictObject({
  version: v.literal(1),
  /** Folders that did not exist before, the innermost first. */
  made: v.pipe(v.array(v.string()), v.maxLength(8)),
});

function remember({ serviceFile }: Directories, service: Service, top: readonly string[]): void {
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
function makeFolder(folder: string, isDry: boolean): readonly string[] {
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
