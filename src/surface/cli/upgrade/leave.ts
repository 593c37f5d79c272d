// Leaving without a trace: every guarded project, the daemon, and on request the data directory with its log.
import { existsSync, lstatSync, readdirSync, rmdirSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { Failure } from "#base/failure.ts";
import { isWithin } from "#base/path.ts";
import { privacyProblem } from "#platform/ownership.ts";
import { homeDirectory } from "#platform/user.ts";
import { viewLog } from "#record/store/log-view.ts";
import { hasSpooled } from "#record/store/spool/spool-sequencer.ts";
import { clearHold } from "../../services/hold/call-holder.ts";
import { removeService } from "../../services/service/own-service.ts";
import { type ChangeRequest, seekConsent } from "../../foundation/terminal/consent.ts";
import { readProjectRegister } from "../../services/projects/project-register-file.ts";
import { takeSpooled } from "../../services/log/spooled-events.ts";
import { readInstall } from "../../services/installation/install.ts";
import { stopDaemon } from "../../services/daemon-process/lifecycle.ts";
import { stopGateway } from "../../services/gateway/gateway-lifecycle.ts";
import { removeDecoys } from "../../services/decoys/plant.ts";
import { removeTree } from "../../foundation/files/closed-tree.ts";
import { errorCode } from "../../foundation/files/private-file.ts";
import {
  dataDirectory,
  type Directories,
  directoriesIn,
} from "../../foundation/files/directories.ts";
import { carryOutRemoval, planRemoval, type ProjectRemoval } from "./project-removal.ts";

/** What to take out, and how to ask. */
export type LeaveRequest = Omit<ChangeRequest, "directory"> & {
  /** The data directory too. */
  readonly purge: boolean;
  /** The number of the log's entries, as its loss is confirmed where nobody can be asked. */
  readonly logEntries: string | undefined;
  /** Asks for a text. */
  readonly ask: (question: string) => Promise<string>;
};

/** What became of it. */
export type LeaveOutcome = {
  readonly kind: "removed" | "nothing" | "planned" | "declined";
  /** Roots of the projects that were, or would be, taken out. */
  readonly projects: readonly string[];
  readonly purged: boolean;
  /** How many entries a purge loses; undefined when there are none, or the log cannot be read. */
  readonly logEntries: number | undefined;
  readonly notes: readonly string[];
};

type Log =
  | { readonly kind: "none" }
  | { readonly kind: "read"; readonly entries: number }
  /** It is there and does not say how much it holds. */
  | { readonly kind: "unreadable" };

/**
 * Takes everything out: shows each diff, asks once, and for the log a second time in a way that nobody does by accident.
 * Throws a Failure before anything is changed when a project cannot be taken out or a confirmation is missing.
 */
export async function leave(request: LeaveRequest): Promise<LeaveOutcome> {
  const environment = request.environment ?? process.env;
  const places = directoriesIn(request.data ?? dataDirectory(environment));
  if (!isDataDirectory(places)) {
    return { kind: "nothing", projects: [], purged: false, logEntries: undefined, notes: [] };
  }
  const removals = await planAll(places, environment);
  const log = request.purge ? await readLog(places) : ({ kind: "none" } as const);
  const outcome = (kind: LeaveOutcome["kind"], notes: readonly string[] = []): LeaveOutcome => ({
    kind,
    projects: removals.map(({ root }) => root),
    purged: request.purge && kind === "removed",
    logEntries: log.kind === "read" ? log.entries : undefined,
    notes,
  });
  refuseUnconfirmed(request, log);
  const consent = await seekConsent(
    { ...request, directory: "." },
    { diff: removals.map(titled).join(""), notes: announcements(request, places, removals, log) },
  );
  if (consent !== "given") return outcome(consent);
  if (!(await isLossConfirmed(request, log))) return outcome("declined");
  for (const removal of removals) await carryOutRemoval(removal, places);
  // Before its daemon is stopped: the manager would take that for its own doing.
  if (existsSync(places.serviceFile)) await removeService(places);
  await stopOrFail(places);
  if (!request.purge) return outcome("removed");
  return outcome("removed", [...takeDecoys(places), ...purge(places, environment)]);
}

/** Decoys lie in the home and are known to the data directory alone. */
function takeDecoys({ root, decoysFile }: Directories): readonly string[] {
  if (!existsSync(decoysFile)) return [];
  try {
    return removeDecoys(root).left.map((path) => `\`${path}\` was changed and stays`);
  } catch {
    return ["the register of decoys is damaged, so they stay where they are"];
  }
}

async function planAll(
  places: Directories,
  environment: NodeJS.ProcessEnv,
): Promise<readonly ProjectRemoval[]> {
  const removals: ProjectRemoval[] = [];
  for (const { root, scope } of readProjectRegister(places.projectsFile)) {
    removals.push(await planRemoval({ directory: root, scope }, places, environment));
  }
  return removals;
}

function titled({ root, diff }: ProjectRemoval): string {
  return diff === "" ? "" : `project ${root}\n${diff}`;
}

function announcements(
  { purge }: LeaveRequest,
  { root, serviceFile }: Directories,
  removals: readonly ProjectRemoval[],
  log: Log,
): readonly string[] {
  const left = removals.flatMap(({ root, notes }) => notes.map((note) => `${root}: ${note}`));
  const service = existsSync(serviceFile) ? ", its service removed" : "";
  const stops = `${removals.length} projects are taken out and the daemon is stopped${service}`;
  if (!purge) return [...left, stops, `\`${root}\` stays, with the log and the keys that prove it`];
  const loss = { none: "", read: "", unreadable: ", and a log that cannot be read" }[log.kind];
  const entries = log.kind === "read" ? `, and the log of ${log.entries} entries` : loss;
  return [...left, stops, `\`${root}\` is removed: keys, copies of the program${entries}`];
}

/** The words that confirm the loss of the log; undefined where nothing is lost. */
function expectedWords(log: Log): string | undefined {
  if (log.kind === "none") return undefined;
  return log.kind === "read" ? String(log.entries) : "unreadable";
}

/** Where nobody can be asked, the loss is confirmed before anything is done, or nothing is. */
function refuseUnconfirmed({ terminal, dryRun, logEntries }: LeaveRequest, log: Log): void {
  const expected = expectedWords(log);
  if (expected === undefined || dryRun === true || logEntries === expected) return;
  if (logEntries === undefined && terminal.isInteractive) return;
  const holds =
    log.kind === "read" ? `the log holds ${log.entries} entries` : "the log cannot be read";
  throw new Failure(
    "log-loss",
    `${holds} that would be lost for good; confirm it with \`--log-entries ${expected}\`, or leave \`--purge\` out: nothing was changed`,
  );
}

async function isLossConfirmed({ logEntries, ask }: LeaveRequest, log: Log): Promise<boolean> {
  const expected = expectedWords(log);
  if (expected === undefined || logEntries === expected) return true;
  const typed = await ask(`the log is lost for good; type ${expected} to go on:`);
  return typed === expected;
}

/** What hooks left for the log counts too: it is taken in first. */
async function readLog(places: Directories): Promise<Log> {
  const { log, keys, spool } = places;
  try {
    if (await hasSpooled(spool)) await takeSpooled(places);
    const entries = await (await viewLog(log, keys)).size();
    return entries === 0 ? { kind: "none" } : { kind: "read", entries };
  } catch (cause) {
    if (!(cause instanceof Failure)) throw cause;
    return cause.code === "log-missing" ? { kind: "none" } : { kind: "unreadable" };
  }
}

async function stopOrFail(places: Directories): Promise<void> {
  const install = readInstall(places);
  const result = install === undefined ? undefined : await stopDaemon(install);
  const gateway = await stopGateway(places.root);
  const stuck =
    result?.kind === "stuck" ? "daemon" : gateway.kind === "stuck" ? "registry gateway" : undefined;
  if (stuck === undefined) return;
  const pid = result?.kind === "stuck" ? result.pid : gateway.pid;
  throw new Failure(
    "daemon",
    `no project is guarded any more, but the ${stuck} (process ${pid}) does not end; end it and run this again`,
  );
}

/** Whether this is a folder of ours: only such a one is ever emptied. */
function isDataDirectory({ root, stateFile }: Directories): boolean {
  const status = lstatSync(root, { throwIfNoEntry: false });
  if (status?.isDirectory() !== true || privacyProblem(status, "read-only") !== undefined) {
    return false;
  }
  return lstatSync(stateFile, { throwIfNoEntry: false })?.isFile() === true;
}

/**
 * Removes what is ours by name, then the folder, then the folders above it that hold nothing else. WHY by name: the
 * variable that names the data directory may have led to a folder with other things in it.
 */
function purge(places: Directories, environment: NodeJS.ProcessEnv): readonly string[] {
  const { root, stateFile } = places;
  clearHold(root);
  const own = new Set(Object.values(places).map((path) => basename(path)));
  own.delete(basename(root));
  own.delete(basename(stateFile));
  const isOurs = (name: string) =>
    own.has(name) || EXTRA.has(name) || TEMPORARY.test(name) || UNFINISHED.test(name);
  for (const name of readdirSync(root).filter(isOurs)) {
    removeTree(join(root, name));
  }
  // The last one, because it is what says that the folder is ours.
  rmSync(stateFile, { force: true });
  const left = readdirSync(root);
  if (left.length > 0)
    return [`\`${root}\` holds ${left.length} things that are not ours; they stay`];
  removeEmpty(root, environment["HOME"] ?? homeDirectory());
  return [];
}

/** Names besides those of `directoriesIn`. */
const EXTRA = new Set(["hold", "upgrade-undo", "upgrade.lock", "projects.json.lock"]);
/** What a process that died in the middle of a write or of taking a lock left. */
const TEMPORARY = /^[a-z.-]+\.[0-9a-f]{12}\.(?:tmp|stale)$/;
const UNFINISHED = /^upgrade-undo\.[0-9a-f]{12}\.unfinished$/;

/** Removes a folder, and above it each that is empty then, below the home directory and never that itself. */
function removeEmpty(folder: string, home: string): void {
  try {
    rmdirSync(folder);
  } catch (cause) {
    if (["ENOTEMPTY", "EEXIST", "EACCES", "EPERM", "EBUSY"].includes(errorCode(cause) ?? ""))
      return;
    throw cause;
  }
  const above = dirname(folder);
  if (above !== home && isWithin(home, above)) removeEmpty(above, home);
}
