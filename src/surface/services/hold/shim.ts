// The files that run a held call: a script that the client's shell sources, and what stands for hidden files.
import type { HiddenFile } from "#guard/hold/profile.ts";
import { createHash, randomBytes } from "node:crypto";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { singleQuoted } from "#base/shell-quoting.ts";
import { memoryDirectory, temporaryDirectory, userId } from "#platform/user.ts";
import { removeTree } from "../../foundation/files/closed-tree.ts";
import { createPrivateFile, readPrivateFile } from "../../foundation/files/private-file.ts";
import { readTextSync } from "../../foundation/files/text-file.ts";
import { callFilter } from "./call-filter.ts";
import { INSIDE } from "./start/inside.ts";
import { OUTSIDE_GIT } from "./remotes/person-git.ts";
import { NOWHERE } from "./remotes/person-http.ts";
import { httpShim, sshShim } from "./remotes/remote-shims.ts";
import { signingShim } from "./signing/signing-shim.ts";
import { GIT_SHIM } from "./settings/git-shim.ts";
import { SHOWN_VARIABLES } from "./shown-variables.ts";
import { writeOwnFile } from "../../foundation/files/own-file.ts";

/** Places of the hold below the data directory. */
export type HoldPlaces = {
  readonly root: string;
  /** The script that a rewritten call sources. */
  readonly shim: string;
  /** The script that puts held shell lines of skills in place. */
  readonly lines: string;
  /** The program that asks for signatures inside. */
  readonly signer: string;
  /** The programs that ask for remotes inside, and the directory of the one that stands before git outside. */
  readonly remotes: { readonly ssh: string; readonly http: string; readonly outside: string };
  /** The program in the place of git. */
  readonly git: string;
  /** The filter of system calls. */
  readonly filter: string;
  readonly tickets: string;
  /** Which processes start calls of a room, and whether it stands still: a folder for each. */
  readonly started: string;
  /** Scratch directories of sessions. */
  readonly scratch: string;
  /** What is remembered of the sessions' rooms. */
  readonly rooms: string;
  /** Which repositories calls made, a file for each project. */
  readonly made: string;
  /** Caches of programs, a folder for each project. */
  readonly caches: string;
  /** What sessions wrote over caches of the home, a folder for each session. */
  readonly layers: string;
  /** Copies of the client's settings, without tokens. */
  readonly settings: string;
  /** Views of hidden files. */
  readonly views: string;
  /** Folders of calls that change files with views. */
  readonly written: string;
  /** What stands for a hidden file. */
  readonly stand: Readonly<Record<HiddenFile["as"], string>>;
};

const known = new Map<string, HoldPlaces>();

/** Names the places; for one process they stay what they are. */
export function holdPlaces(data: string): HoldPlaces {
  const places = known.get(data) ?? makePlaces(data);
  known.set(data, places);
  return places;
}

/**
 * A folder of ours in one that everybody writes to. WHY under another name, which nobody guesses, where somebody else has this one: whoever
 * takes it first would have every call of this user refused.
 */
function ownIn(directory: string, root: string): string {
  const path = join(directory, `sallyport-${userId() ?? 0}`);
  const status = lstatSync(path, { throwIfNoEntry: false });
  const isOurs = status?.isDirectory() === true && status.uid === (userId() ?? 0);
  if (status === undefined || isOurs) return path;
  try {
    return `${path}-${secretName(join(root, "name"))}`;
  } catch {
    // Nothing can be kept where the data lie, so calls are refused for that.
    return path;
  }
}

/** A word that was made once, and is kept in a file: of two processes that make it at once, both have the first one's. Throws where it cannot be kept. */
function secretName(file: string): string {
  if (readPrivateFile(file, { secret: true }) === undefined) {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    createPrivateFile(file, randomBytes(12).toString("hex"));
  }
  const name = readPrivateFile(file, { secret: true }) ?? "";
  if (!/^[0-9a-f]{24}$/.test(name)) throw new Error("the name is damaged");
  return name;
}

function makePlaces(data: string): HoldPlaces {
  const root = join(data, "hold");
  const name = createHash("sha256").update(data).digest("hex").slice(0, 12);
  // WHY in memory: a ticket has the command as it was written, and commands hold secrets now and then.
  const memory = memoryDirectory();
  const tickets = memory === undefined ? join(root, "tickets") : join(ownIn(memory, root), name);
  const scratch = join(ownIn(temporaryDirectory(), root), name);
  const stand = (name: string): string => join(root, "stand", name);
  return {
    root,
    shim: join(root, "run"),
    lines: join(root, "lines"),
    tickets,
    started: join(tickets, "started"),
    scratch,
    filter: join(root, "filter"),
    signer: join(root, "sign"),
    git: join(root, "git"),
    remotes: {
      ssh: join(root, "ssh"),
      http: join(root, "http"),
      outside: join(root, "outside"),
    },
    rooms: join(root, "rooms"),
    made: join(root, "made"),
    caches: join(root, "caches"),
    layers: join(root, "layers"),
    settings: join(root, "settings"),
    views: join(root, "views"),
    written: join(root, "written"),
    stand: {
      closed: stand("closed"),
      empty: stand("empty"),
      note: stand("note"),
      json: stand("json"),
      xml: stand("xml"),
    },
  };
}

/** What the file of a ticket says when it is run once more, or too late. */
const ENDED =
  "sallyport: not run: this call was run before, or its time is over; run the command again";
const NOT_STARTED =
  "sallyport: not run: the sandbox that holds it did not start; `sallyport status` says why";

/**
 * The script that bash and zsh source in place of the command: it takes the ticket, which counts once, runs the command in
 * its profile, and goes to the directory in which the command ended.
 *
 * WHY `\builtin`: aliases and functions of the user are in force there. WHY a directory for the mark: making one is atomic
 * in every shell, whatever its options are.
 */
export function shimText(tickets: string): string {
  return [
    "# Runs a command that sallyport holds, in the shell that was started for it.",
    "sallyport_ticket=${1-}",
    "case $sallyport_ticket in",
    `"" | *[!0-9a-f]*) \\builtin printf '%s\\n' ${singleQuoted(ENDED)} >&2; \\builtin return 126 ;;`,
    "esac",
    `sallyport_ticket=${singleQuoted(tickets)}/$sallyport_ticket`,
    'case $- in *C*) sallyport_clobber="" ;; *) sallyport_clobber=1; \\builtin set -C ;; esac',
    "sallyport_new=",
    '{ \\builtin printf "" >"$sallyport_ticket/used"; } 2>/dev/null && sallyport_new=1',
    '[ -z "$sallyport_clobber" ] || \\builtin set +C',
    'if [ -z "$sallyport_new" ] || [ ! -r "$sallyport_ticket/start" ]; then',
    `  \\builtin printf '%s\\n' ${singleQuoted(ENDED)} >&2`,
    "  \\builtin return 126",
    "fi",
    'if [ -n "${ZSH_VERSION-}" ]; then',
    "  sallyport_shell=zsh; sallyport_name=${ZSH_ARGZERO:-zsh}; sallyport_line=${ZSH_EXECUTION_STRING-}",
    "else",
    "  sallyport_shell=${BASH:-bash}; sallyport_name=$0; sallyport_line=${BASH_EXECUTION_STRING-}",
    "fi",
    // The client begins its line with `source SNAPSHOT 2>/dev/null || true` (measured); without one there is none.
    'sallyport_snapshot=""',
    "case $sallyport_line in",
    '"source "*"/shell-snapshots/snapshot-"*)',
    "  sallyport_snapshot=${sallyport_line#source }",
    "  sallyport_snapshot=${sallyport_snapshot%%.sh*}.sh",
    `  sallyport_snapshot=\${sallyport_snapshot#\\'} ;;`,
    "esac",
    ...SHOWN_VARIABLES,
    "sallyport_errors=4; sallyport_stays=",
    ...started("start"),
    "sallyport_status=$?",
    // Nothing of the command ran: prepared mounts were not as meant, or a socket went away while it was covered.
    "for sallyport_errors in 4 4 5; do",
    '[ ! -s "$sallyport_ticket/began" ] || \\builtin break',
    ...started("again"),
    "sallyport_status=$?; done",
    '[ ! -s "$sallyport_ticket/after" ] || . "$sallyport_ticket/after"',
    "sallyport_directory=",
    // WHY not the whole file: the call may have written anything to it.
    'if [ ! -s "$sallyport_ticket/cwd" ]; then :',
    'elif [ -n "${ZSH_VERSION-}" ]; then',
    '  IFS= \\builtin read -r -k 4097 -u 0 sallyport_directory <"$sallyport_ticket/cwd"',
    'else IFS= \\builtin read -r -N 4097 sallyport_directory <"$sallyport_ticket/cwd"; fi',
    "sallyport_directory=${sallyport_directory%$'\\n'}",
    'if [ -z "$sallyport_directory" ]; then',
    `  \\builtin printf '%s\\n' ${singleQuoted(NOT_STARTED)} >&2`,
    "  \\builtin return 126",
    "fi",
    // The shell of the command ended by this signal, and so does the client's own without us.
    '[ "$sallyport_status$sallyport_directory" = 143. ] || [ "$sallyport_status" != 143 ] || \\builtin kill -TERM $$',
    '[ -n "$sallyport_stays" ] || [ "$sallyport_directory" = "$PWD" ] || \\builtin cd -- "$sallyport_directory" 2>/dev/null',
    "\\builtin return $sallyport_status",
    "",
  ].join("\n");
}

/** Starts the sandbox in a shell of its own, in which the ticket takes out secrets of the environment first. */
function started(file: string): readonly string[] {
  return ["(", `  . "$sallyport_ticket/${file}"`, ")"];
}

/**
 * What the inside does before the command: the snapshot of the user's shell, with the directory told at the beginning. The options
 * are those that the client sets (measured for both shells), and so is the depth of shells: that which starts the inside is one more.
 */
export const PREPARED = [
  'sallyport_options() { if [ -n "${ZSH_VERSION-}" ]; then setopt NO_EXTENDED_GLOB NO_BARE_GLOB_QUAL NO_BRACE_CCL NO_MAGIC_EQUAL_SUBST NO_EQUALS; else shopt -u extglob; fi; } 2>/dev/null',
  `pwd -P >|${INSIDE}/cwd`,
  '[ -z "$1" ] || . "$1" 2>/dev/null',
  "sallyport_options; unset -f sallyport_options; set --",
  // zsh takes one off by itself where it starts another program in its place.
  '[ -n "${ZSH_VERSION-}" ] || SHLVL=$((SHLVL - 1))',
].join("\n");

/** Lines of a command that are counted. */
const COMMAND_LINES_MAX = 2000;

/**
 * What the inside runs: `first`, then the command. WHY all in one, with as many line breaks before as the command has: shells tell
 * the line of an error from there, and the client has the command itself behind its `eval`. WHY `&&` behind it: so has the client, and
 * shells pass over `set -e` in what stands before one. WHY the directory is not told by a trap: bash that has one for its end loses
 * sight of what it waits for in a subshell, and the client goes nowhere either after `exit`. A command that fails leaves a dot: then its
 * shell lived to its end.
 */
export function innerText(first: string, command: string): string {
  const breaks = "\n".repeat(Math.min(command.split("\n").length - 1, COMMAND_LINES_MAX));
  return `eval ${escapeQuoted(first)}; \\builtin : '${breaks}'; eval "$(<${INSIDE}/cmd)" </dev/null && \\builtin pwd -P >|${INSIDE}/cwd || { sallyport_end=$?; \\builtin printf . >|${INSIDE}/cwd; \\builtin exit $sallyport_end; }`;
}

/** A text on one line, for bash and zsh. */
function escapeQuoted(text: string): string {
  return `$'${text.replace(/[\\']/g, "\\$&").replaceAll("\n", "\\n")}'`;
}

/** Folders of shell lines that wait, one a session, begin so; beside them lie tickets. */
export const SHELL_LINES = "lines-";
/** The file with the names of lines that wait. */
export const LIST_OF_LINES = "list";

/**
 * Stands for the client's own `eval` of a command, in bash and zsh alike (measured: it gets the command as the hook was told it).
 * A command that waits here is run as its file says, once; any other as ever. Claiming is atomic, because lines run side by side.
 */
const LINES_SCRIPT = [
  "# Runs shell lines of skills that sallyport holds.",
  "eval() {",
  "\\builtin unset -f eval",
  "sallyport_found=",
  "while IFS= \\builtin read -r sallyport_name; do",
  'IFS= \\builtin read -r -d "" sallyport_text <"$sallyport_lines/$sallyport_name.cmd" || :',
  '[ "$sallyport_text" = "${1-}" ] || \\builtin continue',
  'case $- in *C*) sallyport_clobber="" ;; *) sallyport_clobber=1; \\builtin set -C ;; esac',
  '{ \\builtin printf "" >"$sallyport_lines/$sallyport_name.used"; } 2>/dev/null && sallyport_found=$sallyport_name',
  '[ -z "$sallyport_clobber" ] || \\builtin set +C',
  '[ -z "$sallyport_found" ] || \\builtin break',
  `done <"$sallyport_lines/${LIST_OF_LINES}" 2>/dev/null`,
  'if [ -n "$sallyport_found" ]; then . "$sallyport_lines/$sallyport_found.run"',
  'else \\builtin eval "${1-}"; fi',
  "}",
  "",
].join("\n");

/** What hidden files show in place of what they hold; nothing where they are closed. */
const STAND = {
  closed: "",
  empty: "",
  note: "# Hidden by sallyport: what this file holds is kept from commands of the agent.\n",
  json: "{}\n",
  xml: "<settings/>\n",
} as const;

/** Writes the files that held calls need, where they are missing or another version wrote them. */
export function writeHoldFiles(places: HoldPlaces): void {
  for (const path of [places.root, places.rooms, places.caches, places.layers])
    mkdirSync(path, { recursive: true, mode: 0o700 });
  for (const path of [places.tickets, places.scratch]) {
    makeOwnDirectory(dirname(path));
    makeOwnDirectory(path);
    removeOrphans(dirname(path));
    writeFileSync(join(path, OF), places.root, { mode: 0o600 });
  }
  for (const path of [
    join(places.root, "stand"),
    ...["objects", "refs"].map((name) => join(places.remotes.outside, NOWHERE, name)),
  ])
    mkdirSync(path, { recursive: true, mode: 0o700 });
  const text = shimText(places.tickets);
  if (readTextSync(places.shim) !== text) writeOwnFile(places.shim, text, 0o600);
  if (readTextSync(places.lines) !== LINES_SCRIPT) writeOwnFile(places.lines, LINES_SCRIPT, 0o600);
  writeFilter(places.filter);
  for (const [path, text] of [
    [places.signer, signingShim()],
    [places.git, GIT_SHIM],
    [places.remotes.ssh, sshShim()],
    [places.remotes.http, httpShim()],
    [join(places.remotes.outside, "git"), OUTSIDE_GIT],
    [join(places.remotes.outside, NOWHERE, "HEAD"), "ref: refs/heads/none\n"],
  ] as const)
    if (readTextSync(path) !== text) writeOwnFile(path, text, 0o700);
  for (const name of ["empty", "note", "json", "xml"] as const)
    if (readTextSync(places.stand[name]) !== STAND[name])
      writeOwnFile(places.stand[name], STAND[name], 0o444);
  // WHY no rights at all: without capabilities not even its owner reads it.
  if (!existsSync(places.stand.closed)) writeOwnFile(places.stand.closed, "", 0o000);
  else chmodSync(places.stand.closed, 0o000);
}

/** A file that says of which data directory a folder outside of it is. */
const OF = ".of";

/** Removes folders of data directories that are gone: nobody else would. */
function removeOrphans(directory: string): void {
  for (const name of readdirSync(directory)) {
    const of = readTextSync(join(directory, name, OF));
    if (of !== undefined && !existsSync(of)) removeTree(join(directory, name));
  }
}

/** Makes a directory of ours alone. Throws where somebody else made it, or can write there. */
export function makeOwnDirectory(path: string): void {
  let status = lstatSync(path, { throwIfNoEntry: false });
  if (status === undefined) {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    status = lstatSync(path);
  }
  if (!status.isDirectory()) throw new Error(`\`${path}\` is no directory`);
  if (status.uid !== (userId() ?? status.uid))
    throw new Error(`\`${path}\` belongs to somebody else`);
  if ((status.mode & 0o077) !== 0) chmodSync(path, 0o700);
}

function writeFilter(path: string): void {
  const filter = callFilter();
  if (!existsSync(path) || !readFileSync(path).equals(filter)) writeOwnFile(path, filter, 0o600);
}
