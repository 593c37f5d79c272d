// What `sallyport status` looks at once for an installation: daemon, policy, certificate, log, spool, disk, service, others.
import { X509Certificate } from "node:crypto";
import { existsSync, statfsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { counted } from "#base/counted.ts";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import { homeDirectory } from "#platform/user.ts";
import { CHECKPOINT_PATH } from "#record/log/layout.ts";
import { viewLog } from "#record/store/log-view.ts";
import { namesIn } from "../../foundation/files/folder-listing.ts";
import { serviceStatus } from "../service/own-service.ts";
import { checkCollector } from "./collector.ts";
import { checkCalendar } from "./calendar.ts";
import { checkExports } from "./exports.ts";
import { checkLogCopy, checkLogPlace } from "./log-copies.ts";
import { checkWitnesses } from "./witnesses.ts";
import { askDaemon } from "../daemon-process/daemon-client.ts";
import { readInstall } from "../installation/install.ts";
import { type DaemonStatus, daemonStatus } from "../daemon-process/lifecycle.ts";
import { readPrivateFile } from "../../foundation/files/private-file.ts";
import { productVersion } from "../../foundation/product/product.ts";
import {
  dataDirectory,
  type Directories,
  directoriesIn,
} from "../../foundation/files/directories.ts";
import { canStart, haveShims, readInForce, repairCommand } from "../program/in-force.ts";
import type { Check, Finding } from "../../foundation/terminal/finding.ts";
import { shellWord } from "../../foundation/terminal/shell-word.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** The daemon renews its certificate 30 days before the end; past this somebody should look. */
const CERTIFICATE_DAYS_MIN = 7;
/** A checkpoint follows its entries within a second; a disk may take longer. */
const UNPUBLISHED_MS_MAX = 60_000;
/** The daemon takes the spool once a second. */
const SPOOL_MS_MAX = 15_000;
const FREE_BYTES_MIN = 200 * 1024 * 1024;

/** What the checks of an installation and its projects share. */
export type Surroundings = {
  readonly directories: Directories;
  readonly environment: NodeJS.ProcessEnv;
  readonly nowMs: number;
  /** A command line of ours for this installation, such as `daemon --ensure`. */
  ours(words: string): string;
  /** Whether some project of those looked at reaches us through the daemon. */
  readonly needsDaemon: boolean;
};

/** Looks at everything; slow things at once. Changes nothing. */
export async function checkInstallation(
  around: Surroundings,
): Promise<{ readonly daemon: DaemonStatus | undefined; readonly checks: readonly Check[] }> {
  const [daemon, log, copy, exported, collector, witnessed, service] = await Promise.all([
    guarded(() => daemonStatus(around.directories)),
    checkLog(around),
    checkLogCopy(around),
    checkExports(around),
    checkCollector(around),
    checkWitnesses(around),
    checkService(around),
  ]);
  const status = "level" in daemon ? undefined : daemon;
  const tasks = checkCalendar(around);
  const checks: readonly Check[] = [
    { about: "daemon", ...("level" in daemon ? daemon : daemonFinding(daemon, around)) },
    ...checkConnections(status),
    { about: "program", ...checkProgram(around) },
    { about: "certificate", ...checkCertificate(around) },
    { about: "log", ...log },
    { about: "place", ...checkLogPlace(around) },
    { about: "copy", ...copy },
    ...(exported === undefined ? [] : [{ about: "exports", ...exported }]),
    ...(collector === undefined ? [] : [{ about: "collector", ...collector }]),
    ...(witnessed === undefined ? [] : [{ about: "witness", ...witnessed }]),
    { about: "index", ...(await checkIndex(around, status?.state === "running")) },
    { about: "spool", ...checkSpool(around, status?.state === "running") },
    { about: "disk", ...checkDisk(around) },
    { about: "service", ...service },
    ...(tasks === undefined ? [] : [{ about: "calendar", ...tasks }]),
    ...otherInstallations(around),
  ];
  return { daemon: status, checks };
}

async function guarded<Value>(look: () => Promise<Value>): Promise<Value | Finding> {
  try {
    return await look();
  } catch (cause) {
    return brokenBy(cause, "sallyport init");
  }
}

function brokenBy(cause: unknown, repair: string): Finding {
  const text = cause instanceof Failure ? printable(cause.message) : "it cannot be read";
  return { level: "broken", text, repair };
}

function daemonFinding(
  daemon: DaemonStatus,
  { ours, nowMs, needsDaemon, directories }: Surroundings,
): Finding {
  const { state, pid, version, port, startedMs, problem } = daemon;
  const bad = (text: string, repair: string): Finding =>
    needsDaemon
      ? { level: "broken", text, repair }
      : { level: "note", text: `${text} (not needed here)` };
  switch (state) {
    case "running": {
      const up = duration(nowMs - (startedMs ?? nowMs));
      const text = `process ${pid}, version ${version}, up ${up}, 127.0.0.1:${port}`;
      if (version === productVersion()) return { level: "ok", text };
      const repair = `${ours("daemon stop")}; ${ours("daemon --ensure")}`;
      return { level: "found", text: `${text}; this program is ${productVersion()}`, repair };
    }
    case "starting":
      return { level: "unknown", text: `process ${pid} is starting`, repair: ours("status") };
    case "refusing":
      return bad(
        `process ${pid} refuses every call: its log cannot be opened`,
        `tail -n 5 ${directories.outputFile}`,
      );
    case "stopped":
      return needsDaemon
        ? bad(
            "stopped: calls are refused until a session begins and starts it",
            ours("daemon --ensure"),
          )
        : { level: "note", text: "stopped (not needed here)" };
    case "silent":
      if (pid !== undefined) {
        const text = `process ${pid} lives and does not answer: the machine is busy, or it hangs`;
        const repair = `${ours("daemon stop")}; ${ours("daemon --ensure")}`;
        return needsDaemon
          ? {
              level: "unknown",
              repair,
              text: `${text}; calls wait for it, and are refused if it says nothing`,
            }
          : bad(text, repair);
      }
      return bad(`something on 127.0.0.1:${port} does not answer`, ours("daemon --ensure"));
    case "stranger":
      return bad(
        printable(problem ?? "a stranger is on the daemon's port"),
        ours("daemon --ensure"),
      );
    case "none":
      return bad(`nothing is installed in ${printable(directories.root)}`, "sallyport init");
    default:
      return state satisfies never;
  }
}

/** Whether somebody on this machine has held more connections to the daemon than one may; nothing where nobody has. */
function checkConnections(daemon: DaemonStatus | undefined): readonly Check[] {
  const { refused = 0, port } = daemon ?? {};
  if (refused === 0) return [];
  const text = `${counted(refused, "connection")} refused since the daemon started: another user or too many programs at once; \`ss -tne '( dport = :${port} )'\` names users`;
  return [{ about: "connections", level: "note", text }];
}

/** The program that hooks start; this command may be of another one. */
function checkProgram({ directories }: Surroundings): Finding {
  const repair = repairCommand(directories.root);
  try {
    const current = readInForce(directories)?.current;
    if (current === undefined) return { level: "found", text: "none is in force", repair };
    const text = `${current.version} in force`;
    if (!canStart(current))
      return { level: "broken", text: `${text}, and its files or its node are gone`, repair };
    if (!haveShims(directories))
      return { level: "found", text: `${text}; its shims are not as they were written`, repair };
    if (current.version === productVersion()) return { level: "ok", text };
    return { level: "found", text: `${text}; this command is ${productVersion()}`, repair };
  } catch (cause) {
    return brokenBy(cause, repair);
  }
}

/** The index is a convenience: without it commands read the log, and that is no fault. */
async function checkIndex(
  { directories, ours }: Surroundings,
  isRunning: boolean,
): Promise<Finding> {
  const asLog = "questions read the whole log";
  if (!isRunning) return { level: "note", text: `without a daemon ${asLog}` };
  const install = readInstall(directories);
  const answer =
    install === undefined
      ? undefined
      : await askDaemon(install, { ask: "state" }).catch(() => undefined);
  if (answer?.kind !== "state") return { level: "note", text: `the daemon has none: ${asLog}` };
  const { indexed, size, problem, isRunning: isOpen, edited } = answer;
  if (problem !== null)
    return {
      level: "found",
      text: `it waits: ${printable(problem)}; until then ${asLog}`,
      repair: `rm -r ${shellWord(dirname(directories.indexFile))}`,
    };
  if (edited !== null)
    return {
      level: "found",
      text: `somebody edited its file (${editedText(edited)}); it was made anew of the log`,
      repair: ours("log search 'kind:recovery'"),
    };
  if (indexed === 0 && !isOpen) return { level: "ok", text: "made up to date when somebody asks" };
  return { level: "ok", text: `${indexed} of ${size} events` };
}

function editedText(edited: {
  readonly first: number;
  readonly end: number;
  readonly altered: number | null;
}): string {
  const { first, end, altered } = edited;
  if (end === 0) return "its tables";
  const where = `events ${first} to ${end - 1}`;
  return altered === null ? where : `${altered} events, the first among ${where}`;
}

function checkCertificate({ directories, nowMs, ours, needsDaemon }: Surroundings): Finding {
  const repair = `${ours("daemon stop")}; ${ours("daemon --ensure")}`;
  try {
    const ends = ["server.pem", "authority.pem"].map((name) => {
      const text = readPrivateFile(join(directories.tls, name), { secret: true });
      return text === undefined ? undefined : Date.parse(new X509Certificate(text).validTo);
    });
    const [server, authority] = ends;
    if (server === undefined || authority === undefined) {
      const text = "there is none yet; the daemon makes it when it starts";
      return needsDaemon
        ? { level: "unknown", text, repair: ours("daemon --ensure") }
        : { level: "note", text };
    }
    const days = Math.floor((Math.min(server, authority) - nowMs) / DAY_MS);
    if (days < 0)
      return { level: needsDaemon ? "broken" : "found", text: "it is no longer valid", repair };
    const text = `valid for ${days} days`;
    return days < CERTIFICATE_DAYS_MIN ? { level: "found", text, repair } : { level: "ok", text };
  } catch (cause) {
    return brokenBy(cause, "sallyport init");
  }
}

async function checkLog({ directories, nowMs, ours }: Surroundings): Promise<Finding> {
  const { log, keys } = directories;
  const publishedMs = modifiedMs(join(log, CHECKPOINT_PATH));
  if (publishedMs === undefined) return { level: "note", text: "no entry yet" };
  try {
    const view = await viewLog(log, keys);
    const age = duration(nowMs - publishedMs);
    const text = `${await view.size()} entries, last checkpoint ${age} ago`;
    const journal = join(log, "journal");
    const written = namesIn(journal).map((name) => modifiedMs(join(journal, name)) ?? 0);
    const waitsMs = Math.max(0, ...written) - publishedMs;
    if (waitsMs <= UNPUBLISHED_MS_MAX || nowMs - publishedMs <= UNPUBLISHED_MS_MAX)
      return { level: "ok", text };
    return {
      level: "found",
      text: `${text}; entries written since are not published`,
      repair: ours("log verify"),
    };
  } catch (cause) {
    const text = cause instanceof Failure ? printable(cause.message) : "it cannot be read";
    return { level: "found", text, repair: ours("log verify") };
  }
}

function checkSpool({ directories, nowMs, ours }: Surroundings, daemonRuns: boolean): Finding {
  const names = namesIn(directories.spool);
  const damaged = names.filter((name) => name.endsWith(".damaged")).length;
  const waiting = names.filter((name) => /\.spool(?:\.taken)?$/.test(name));
  const oldestMs = Math.min(nowMs, ...waiting.map((name) => Number(name.slice(0, 13))));
  const text = `${waiting.length} files of command hooks wait, the oldest for ${duration(nowMs - oldestMs)}`;
  if (damaged > 0) {
    const words = `${damaged} damaged files were set aside in ${printable(directories.spool)}`;
    return { level: "found", text: words, repair: ours("log verify") };
  }
  if (waiting.length === 0) return { level: "ok", text: "empty" };
  const isStuck = daemonRuns && nowMs - oldestMs > SPOOL_MS_MAX;
  return isStuck ? { level: "found", text, repair: ours("log tail") } : { level: "note", text };
}

function checkDisk({ directories }: Surroundings): Finding {
  try {
    const { bavail, bsize } = statfsSync(directories.root);
    const free = bavail * bsize;
    const text = `${Math.floor(free / 1024 / 1024)} MiB free for the log`;
    if (free >= FREE_BYTES_MIN) return { level: "ok", text };
    return {
      level: "found",
      text: `${text}; on a full disk every call is refused`,
      repair: `df -h ${directories.root}`,
    };
  } catch {
    return { level: "note", text: "free space could not be read" };
  }
}

async function checkService({ directories, ours }: Surroundings): Promise<Finding> {
  const { state, content, pid } = await serviceStatus(directories);
  if (content === "outdated") {
    return {
      level: "found",
      text: "its file is of another version",
      repair: ours("service install"),
    };
  }
  if (content === "foreign") return { level: "note", text: "a file of its name is not ours" };
  switch (state) {
    case "running":
      return { level: "ok", text: `runs (process ${pid})` };
    case "stopped":
      return {
        level: "note",
        text: "installed, not running; sessions start the daemon by themselves",
      };
    case "none":
    case "unsupported":
      return { level: "note", text: "none; sessions start the daemon by themselves" };
    default:
      return state satisfies never;
  }
}

/** Further data directories of this user: a project guarded from there is judged by another daemon. */
function otherInstallations({ directories, environment }: Surroundings): readonly Check[] {
  const home = environment["HOME"] ?? homeDirectory();
  const candidates = [
    dataDirectory({ ...environment, SALLYPORT_HOME: undefined }),
    join(home, ".local", "share", "sallyport"),
  ];
  return [...new Set(candidates)]
    .filter((root) => root !== directories.root && existsSync(directoriesIn(root).stateFile))
    .map((root) => ({
      about: "elsewhere",
      level: "note",
      text: `another installation is in ${printable(root)}`,
    }));
}

/** A length of time in its largest whole unit. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7_200) return `${Math.floor(seconds / 60)} min`;
  return seconds < 172_800
    ? `${Math.floor(seconds / 3_600)} h`
    : `${Math.floor(seconds / 86_400)} days`;
}

function modifiedMs(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs;
}
