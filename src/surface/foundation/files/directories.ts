// The data directory: where everything of one installation lives, and the check that nobody else can write there.
import { chmodSync, lstatSync, mkdirSync, realpathSync } from "node:fs";
import { isAbsolute, join, normalize } from "node:path";
import { Failure } from "#base/failure.ts";
import { privacyProblem } from "#platform/ownership.ts";
import { refuseUnfitSystem, thisSystem } from "#platform/system.ts";
import { homeDirectory, userDataDirectory } from "#platform/user.ts";

/** Every place below the data directory. All paths absolute. */
export type Directories = {
  readonly root: string;
  /** The audit log: entries, tiles, checkpoint, journal. */
  readonly log: string;
  /** The index over the log: made of it, thrown away and made again at any time. */
  readonly indexFile: string;
  /** Signing, digest, subject and installation keys; never inside the log. */
  readonly keys: string;
  /** Certificates, their keys, and the bundle that clients trust. */
  readonly tls: string;
  /** Events that command hooks wrote, until the log takes them. */
  readonly spool: string;
  /** The last good policy of each policy file, compiled. */
  readonly policies: string;
  /** What daemon and command hooks remember of each session, sealed. */
  readonly sessions: string;
  /** The port and identity of this installation. */
  readonly stateFile: string;
  /** The projects that are guarded, with digests of their tokens. */
  readonly projectsFile: string;
  /** Which process is the daemon. */
  readonly lockFile: string;
  /** Until when the operator has switched the guard off; missing while it is on. */
  readonly offFile: string;
  /** Present while every call is refused. */
  readonly lockdownFile: string;
  /** A file for each session of which every call is refused. */
  readonly heldSessions: string;
  /** What a lockdown put into the client's managed settings, to be taken out again; missing while there is nothing. */
  readonly lockdownSettings: string;
  /** What a person approved as an exception to the policy, signed; missing while there is nothing. */
  readonly exceptionsFile: string;
  /** What a person waived, attested, or marked sessions with, signed; missing while there is nothing. */
  readonly statementsFile: string;
  /** What a person ordered to be kept, signed; missing while there is nothing. */
  readonly holdsFile: string;
  /** How long records are kept, signed; missing while nothing is deleted. */
  readonly retentionFile: string;
  /** The approval to keep raw texts of calls, signed; missing or empty while none are kept. */
  readonly rawFile: string;
  /** Raw texts of calls, sealed, a file a day. */
  readonly raw: string;
  /** A small file for each use of an exception. */
  readonly exceptionUses: string;
  /** A file for each request for another person's approval, and one for each use of an approval. */
  readonly approvals: string;
  /** Approvers whom the operator listed, signed; missing while there are none. */
  readonly approversFile: string;
  /** The key with which this person approves what others ask for; missing unless they do. */
  readonly approverKeyFile: string;
  /** When secrets were replaced last: names and dates. */
  readonly rotationsFile: string;
  /** Sums of the client's telemetry: tokens, cost, what came in. */
  readonly telemetryFile: string;
  /** What sessions, projects and days spent, where a policy has budgets. */
  readonly budgetsFile: string;
  /** The made-up secrets that were planted; missing while there are none. */
  readonly decoysFile: string;
  /** A folder for each deployment: its signed record, and its files before and after. */
  readonly deployments: string;
  /** Copies of the program, and the record of the one in force. */
  readonly programs: string;
  /** Which witnesses cosign the log; missing while nobody does. */
  readonly witnessesFile: string;
  /** Where events are delivered to; missing while nothing is. A person writes it. */
  readonly exportsFile: string;
  /** A file for each incident. */
  readonly incidents: string;
  /** Hosts and MCP servers that a person cut off; missing while there are none. */
  readonly blocksFile: string;
  /** What people approved of MCP servers, and what these said of themselves. */
  readonly mcp: string;
  /** What people agreed to of extensions of the client, file by file, and what sessions have seen of them. */
  readonly mods: string;
  /** Cases of a red team that were taken over from incidents, and what its runs found. */
  readonly redTeam: string;
  /** How far the log was looked through for alerts. */
  readonly alertsFile: string;
  /** Which alerts came of probes. */
  readonly alertProofFile: string;
  /** What is done about incidents without a person; nothing while it is missing. A person writes it. */
  readonly responsesFile: string;
  /** A folder for each target: how far its delivery is, what went where, dead letters. */
  readonly exports: string;
  /** Who is told of alerts and incidents; missing while nobody is. */
  readonly notifyFile: string;
  /** What waits to be told, orders from other processes, ids of signed answers. */
  readonly notify: string;
  /** Which collector the log is handed in to, with the machine's key; missing while it goes nowhere. */
  readonly forwardingFile: string;
  /** How much of the log the collector has; missing until it first said so. */
  readonly forwardedFile: string;
  /** A file for each audited directory: its scores over time. */
  readonly audits: string;
  /** A file for each directory that an audit repaired: what was there before. */
  readonly repairs: string;
  /** Sealed copies of what calls changed in projects, a folder for each project. */
  readonly undo: string;
  /** Which contents a scan found clean, a file for each tree: made again at any time. */
  readonly scanned: string;
  /** The shims that hooks and people call. */
  readonly bin: string;
  /** What making the service left outside the data directory. */
  readonly serviceFile: string;
  /** What belongs to the registry gateway. */
  readonly gateway: string;
  /** Questions about the log that a person saved, a file each; missing while there are none. */
  readonly queries: string;
  /** What a detached daemon wrote to its standard error. */
  readonly outputFile: string;
};

/**
 * The data directory in force: `SALLYPORT_HOME`, else `XDG_DATA_HOME/sallyport`, else `~/.local/share/sallyport`. It may
 * not exist yet. Throws a Failure when the variable that names it is not an absolute path.
 */
export function dataDirectory(environment: NodeJS.ProcessEnv = process.env): string {
  const own = environment["SALLYPORT_HOME"];
  if (own) return absolute("SALLYPORT_HOME", own);
  const { path, variable } = userDataDirectory(thisSystem(), environment, homeDirectory());
  return join(variable === undefined ? path : absolute(variable, path), "sallyport");
}

/** Names the places below `root` without touching the disk. */
export function directoriesIn(root: string): Directories {
  return {
    root,
    log: join(root, "log"),
    indexFile: join(root, "index", "events.db"),
    keys: join(root, "keys"),
    tls: join(root, "tls"),
    spool: join(root, "spool"),
    policies: join(root, "policies"),
    queries: join(root, "queries"),
    sessions: join(root, "sessions"),
    stateFile: join(root, "state.json"),
    projectsFile: join(root, "projects.json"),
    lockFile: join(root, "daemon.lock"),
    offFile: join(root, "off"),
    lockdownFile: join(root, "lockdown"),
    heldSessions: join(root, "held-sessions"),
    incidents: join(root, "incidents"),
    blocksFile: join(root, "blocks.json"),
    mcp: join(root, "mcp"),
    mods: join(root, "mods"),
    redTeam: join(root, "red-team"),
    alertsFile: join(root, "alerts.json"),
    alertProofFile: join(root, "alert-proof.json"),
    responsesFile: join(root, "responses.yaml"),
    lockdownSettings: join(root, "lockdown-settings.json"),
    exceptionsFile: join(root, "exceptions.json"),
    statementsFile: join(root, "statements.json"),
    holdsFile: join(root, "holds.json"),
    retentionFile: join(root, "retention.json"),
    rawFile: join(root, "raw.json"),
    raw: join(root, "raw"),
    exceptionUses: join(root, "exception-uses"),
    approvals: join(root, "approvals"),
    approversFile: join(root, "approvers.json"),
    approverKeyFile: join(root, "keys", "approver.key"),
    rotationsFile: join(root, "rotations.json"),
    telemetryFile: join(root, "telemetry.json"),
    budgetsFile: join(root, "budgets.json"),
    decoysFile: join(root, "decoys.json"),
    deployments: join(root, "deployments"),
    programs: join(root, "programs"),
    witnessesFile: join(root, "witnesses.json"),
    exportsFile: join(root, "exports.yaml"),
    exports: join(root, "exports"),
    notifyFile: join(root, "notify.yaml"),
    notify: join(root, "notify"),
    forwardingFile: join(root, "forwarding.json"),
    forwardedFile: join(root, "forwarded.json"),
    audits: join(root, "audits"),
    repairs: join(root, "repairs"),
    undo: join(root, "undo"),
    scanned: join(root, "scanned"),
    bin: join(root, "bin"),
    serviceFile: join(root, "service.json"),
    gateway: join(root, "gateway"),
    outputFile: join(root, "daemon.out"),
  };
}

/**
 * Creates the data directory and its sub-directories with mode 0700 where they are missing. Throws a Failure when one of
 * them is a symlink or no directory, belongs to another user, or can be written by the group or by others; and on Windows.
 */
export function prepareDirectories(root: string = dataDirectory()): Directories {
  refuseUnfitSystem();
  const places = directoriesIn(root);
  make(root);
  // WHY: the real path is used from here on, so that a link swapped above the checked directory leads nowhere new.
  const real = directoriesIn(realpathSync(places.root));
  for (const path of [real.log, real.keys, real.tls, real.spool, real.policies, real.sessions]) {
    make(path);
  }
  return real;
}

function absolute(variable: string, value: string): string {
  if (!isAbsolute(value) || value.includes("\0")) {
    throw new Failure(
      "data-directory",
      `\`${variable}\` must be an absolute path; unset it or correct it`,
    );
  }
  return normalize(value);
}

function make(path: string): void {
  try {
    if (mkdirSync(path, { recursive: true, mode: 0o700 }) !== undefined) chmodSync(path, 0o700);
  } catch (cause) {
    throw new Failure(
      "data-directory",
      `cannot create \`${path}\`; check the disk and its rights, or name another place with \`--data DIR\` or \`SALLYPORT_HOME\``,
      {
        cause,
      },
    );
  }
  checkPrivate(path);
}

/** Throws a Failure unless `path` is a real directory of ours that only we can write. */
function checkPrivate(path: string): void {
  const status = lstatSync(path);
  const problem = privacyProblem(status, "read-only");
  if (!status.isDirectory()) {
    throw new Failure("data-directory", `\`${path}\` is not a directory; move it away`);
  }
  if (problem === "foreign") {
    throw new Failure(
      "data-directory",
      `\`${path}\` belongs to user ${status.uid}, not to you; choose another with \`SALLYPORT_HOME\``,
    );
  }
  if (problem === "open") {
    throw new Failure(
      "data-directory",
      `others can write \`${path}\`; run \`chmod 700\` on it after checking what is in it`,
    );
  }
}
