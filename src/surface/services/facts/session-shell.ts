// The shell that will run a session's Bash commands, read from the client's snapshot of the user's start-up files.
import { createHash } from "node:crypto";
import { opendirSync, statSync } from "node:fs";
import type { ShellFacts } from "#guard/facts/facts.ts";
import { statusAt } from "../../foundation/files/picture.ts";
import { readRegularFileNow } from "../../foundation/files/regular-file.ts";
import { readStartupFiles } from "./startup-files.ts";
import { parseSnapshot, type Snapshot, UNTRUSTED_BODY } from "./snapshot-text.ts";

/** Bytes of one snapshot; a larger one is not read and leaves the shell unknown. */
const SNAPSHOT_BYTES_MAX = 1024 * 1024;
/** Snapshots compared when several may belong to the session. */
const CANDIDATES_MAX = 8;
/** Entries of the snapshot directory looked at. */
const ENTRIES_MAX = 4096;
/** How long writing a snapshot may take. */
const SETTLING_MS = 5_000;
/** How long before the session's first event its snapshot may have been made. */
const BEFORE_START_MS = 60_000;

/** A session's shell. `digest` (hex SHA-256 of the snapshot) changes when the snapshot does; undefined without one. */
export type SessionShell = {
  readonly shell: ShellFacts;
  readonly digest: string | undefined;
  /** The snapshots that were read whole, newest first, each with its digest (hex SHA-256). */
  readonly files: ReadonlyMap<string, string>;
};

export type SessionShellOptions = {
  readonly home: string;
  /** When the client process was first heard of, wall time in milliseconds; undefined takes the newest snapshot. */
  readonly startedAtMs?: number;
  /** The client's configuration directory; default `<home>/.claude`. */
  readonly configDirectory?: string;
  /** Snapshots of earlier calls by digest, for who asks often: parsing one takes longer than all the rest. */
  readonly parsed?: Map<string, Snapshot>;
};

/** Parsed snapshots that are remembered. */
const PARSED_MAX = 16;

type Candidate = {
  readonly file: string;
  readonly dialect: "bash" | "zsh";
  readonly timeMs: number;
};

/** A shell about which nothing is known. */
export const UNKNOWN_SHELL: ShellFacts = {
  dialect: "unknown",
  known: false,
  functions: new Map(),
  aliases: new Map(),
  options: new Set(),
  variables: new Map(),
};

/** Either shell with no definitions of the user's: what a batch is judged for, where no client session runs. */
export const PLAIN_SHELL: ShellFacts = { ...UNKNOWN_SHELL, known: true };

/**
 * Reads the session's shell. Where several snapshots may be the session's, a name that they define differently (or that
 * only some define) gets a body or value that no parser accepts, so that its use is unknown. Never throws.
 */
export function readSessionShell(options: SessionShellOptions): SessionShell {
  const directory = `${options.configDirectory ?? `${options.home}/.claude`}/shell-snapshots`;
  const candidates = selectCandidates(listCandidates(directory), options.startedAtMs);
  const hash = createHash("sha256");
  const snapshots: Snapshot[] = [];
  const files = new Map<string, string>();
  let isWhole = true;
  for (const { file, timeMs } of candidates) {
    const read = readRegularFileNow(file, SNAPSHOT_BYTES_MAX);
    if (read === undefined) {
      isWhole = false;
      continue;
    }
    hash.update(read.bytes);
    const text = new TextDecoder().decode(read.bytes);
    isWhole &&= read.complete && !text.includes("\ufffd") && !text.includes("\0");
    const digest = createHash("sha256").update(read.bytes).digest("hex");
    if (isSettled(text, timeMs)) files.set(file, digest);
    snapshots.push(parseOnce(text, digest, options.parsed));
  }
  if (snapshots.length === 0) {
    // WHY: the client writes the snapshot after the first call has been judged; a file that is there but cannot be read
    // is another matter.
    const shell = isWhole ? readStartupFiles(options.home) : UNKNOWN_SHELL;
    return { shell, digest: undefined, files };
  }
  const dialects = new Set(candidates.map((candidate) => candidate.dialect));
  const merged = mergeSnapshots(snapshots);
  return {
    shell: {
      ...merged,
      dialect: dialects.size === 1 ? (candidates[0]?.dialect ?? "unknown") : "unknown",
      known: merged.known && isWhole,
    },
    digest: hash.digest("hex"),
    files,
  };
}

/** Whether the client is done with writing: what it writes last is there, or it began a while ago. */
function isSettled(text: string, timeMs: number): boolean {
  return (
    /^export PATH=[^\n]*\n*$/m.test(text.slice(text.trimEnd().lastIndexOf("\n") + 1)) ||
    Date.now() - timeMs > SETTLING_MS
  );
}

function parseOnce(
  text: string,
  digest: string,
  parsed: Map<string, Snapshot> | undefined,
): Snapshot {
  if (parsed === undefined) return parseSnapshot(text);
  const snapshot = parsed.get(digest) ?? parseSnapshot(text);
  if (parsed.size >= PARSED_MAX && !parsed.has(digest)) parsed.clear();
  parsed.set(digest, snapshot);
  return snapshot;
}

function listCandidates(directory: string): readonly Candidate[] {
  const candidates: Candidate[] = [];
  let opened: ReturnType<typeof opendirSync> | undefined;
  try {
    // WHY: a throw takes longer than all else here, and before a session's first Bash call it would be every time.
    if (statusAt(directory) === undefined) return [];
    opened = opendirSync(directory);
    for (let count = 0; count < ENTRIES_MAX; count += 1) {
      const entry = opened.readSync();
      if (entry === null) break;
      const name = /^snapshot-(bash|zsh)-(?:(\d{12,14})-)?[\w-]*\.sh$/.exec(entry.name);
      if (name === null || !entry.isFile()) continue;
      const file = `${directory}/${entry.name}`;
      const timeMs = name[2] === undefined ? statSync(file).mtimeMs : Number(name[2]);
      candidates.push({ file, dialect: name[1] === "zsh" ? "zsh" : "bash", timeMs });
    }
  } catch {
    // No directory, no snapshot; one that vanished meanwhile is treated the same way.
  } finally {
    opened?.closeSync();
  }
  return candidates.sort((a, b) => b.timeMs - a.timeMs);
}

// WHY: the client writes the snapshot when it first needs a shell and keeps it over `/clear`, so the session's may be
// younger than its first event by any time, or be the last one before it. Snapshots of ended sessions are deleted, so
// there are few, and most of them agree.
function selectCandidates(
  newestFirst: readonly Candidate[],
  startedAtMs: number | undefined,
): readonly Candidate[] {
  if (startedAtMs === undefined) return newestFirst.slice(0, 1);
  const since = startedAtMs - BEFORE_START_MS;
  const later = newestFirst.filter((candidate) => candidate.timeMs >= since);
  const before = newestFirst.slice(later.length, later.length + 1);
  return [...later.slice(-CANDIDATES_MAX), ...before];
}

function mergeSnapshots(snapshots: readonly Snapshot[]): Omit<ShellFacts, "dialect"> {
  const options = new Set(snapshots.flatMap((snapshot) => [...snapshot.options]));
  const variables = new Map<string, string>();
  for (const [name, value] of snapshots[0]?.variables ?? []) {
    if (snapshots.every((snapshot) => snapshot.variables.get(name) === value)) {
      variables.set(name, value);
    }
  }
  return {
    known: snapshots.every((snapshot) => snapshot.known),
    functions: mergeDefinitions(snapshots.map((snapshot) => snapshot.functions)),
    aliases: mergeDefinitions(snapshots.map((snapshot) => snapshot.aliases)),
    options,
    variables,
  };
}

function mergeDefinitions(
  sources: readonly ReadonlyMap<string, string>[],
): ReadonlyMap<string, string> {
  const merged = new Map<string, string>();
  for (const name of new Set(sources.flatMap((source) => [...source.keys()]))) {
    const first = sources[0]?.get(name);
    const isAgreed = first !== undefined && sources.every((source) => source.get(name) === first);
    merged.set(name, isAgreed ? first : UNTRUSTED_BODY);
  }
  return merged;
}
