// Tickets of held calls: a folder each, taken once by the shell that runs the call, and gone when its result is known.
import { randomBytes } from "node:crypto";
import { existsSync, lstatSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { printable } from "#base/printable.ts";
import { singleQuoted } from "#base/shell-quoting.ts";
import { MOUNT_CHECK } from "./mount-check.ts";
import { INSIDE } from "./start/inside.ts";
import type { SharedRights } from "./shared-rights.ts";
import { SETTINGS_FILE } from "./settings/git-shim.ts";
import { innerText, PREPARED, SHELL_LINES } from "./shim.ts";

/** What a ticket holds. */
export type TicketContent = {
  /** The command, as it was judged. */
  readonly command: string;
  /** It has a file for what its code sets in git's settings. */
  readonly hasSettings: boolean;
  /** What is started: bubblewrap with its options from descriptor 9, behind what joins it to a room. */
  readonly start: readonly string[];
  readonly options: readonly string[];
  /** The same with mounts that were prepared: tried first. */
  readonly prepared?:
    | { readonly start: readonly string[]; readonly options: readonly string[] }
    | undefined;
  /** Rights that it shares with other calls of its room, and the program that joins them. */
  readonly shared?: (SharedRights & { readonly nsenter: string }) | undefined;
  /** The file with the filter of system calls. */
  readonly filter: string;
  /** The mounts that it must find, `meantMounts`. */
  readonly mounts: string;
  /**
   * Sockets that are closed where they are still there when the call begins, each with the line of its mount. WHY then: nothing
   * can be mounted over what is gone, and other programs take their sockets away when they end.
   */
  readonly sockets: readonly { readonly path: string; readonly mount: string | undefined }[];
  /** What stands for them. */
  readonly closed: string;
  /** The call has the keys of the person's agent: of the one that its own environment names. */
  readonly hasAgent: boolean;
  /** The line that says which variables stay as they are, `keptVariables`. */
  readonly kept: string;
  /** Lines that note what variables of the shell say. WHY apart: they come before secrets in them are given other values. */
  readonly notes: readonly string[];
  /** Lines for the shell that starts it, before that. */
  readonly before?: readonly string[] | undefined;
  /** Its last lines before that: they wait while the session's room stands still. */
  readonly gate: readonly string[];
  /** Files that are taken away after the call, should it have made them. */
  readonly unwanted: readonly string[];
  /** A line for the shell that started it, once it is over. */
  readonly over?: string;
  /** The client takes its status 1 for an answer. */
  readonly answers: boolean;
};

const ID_BYTES = 10;
/** A person may take a while to answer a question. */
export const TICKET_MS_MAX = 24 * 60 * 60_000;

/** Whether a word may be a ticket. */
export function isTicket(word: string): boolean {
  return /^[0-9a-f]{20}$/.test(word);
}

/** Makes the folder of a ticket, before it is written: its files are named in the options. Throws where the disk does not take it. */
export function newTicket(tickets: string): { readonly id: string; readonly folder: string } {
  const id = randomBytes(ID_BYTES).toString("hex");
  const folder = join(tickets, id);
  mkdirSync(folder, { mode: 0o700 });
  return { id, folder };
}

/** The files of a ticket as the inside sees them. WHY one by one: options and the mark are nobody's business there. */
export function ticketFiles(folder: string) {
  return [
    { from: join(folder, "cmd"), to: `${INSIDE}/cmd`, isWritable: false },
    { from: join(folder, "mounts"), to: `${INSIDE}/mounts`, isWritable: false },
    { from: join(folder, "cwd"), to: `${INSIDE}/cwd`, isWritable: true },
  ] as const;
}

/** Writes a ticket. Throws where the disk does not take it: then nothing runs. */
export function writeTicket(
  folder: string,
  {
    command,
    hasSettings,
    start,
    options,
    prepared,
    kept,
    notes,
    before = [],
    gate,
    unwanted,
    over = "",
    answers,
    mounts,
    filter,
    shared,
    ...late
  }: TicketContent,
): void {
  const write = (name: string, text: string): void =>
    writeFileSync(join(folder, name), text, { mode: 0o600, flag: "wx" });
  write("cmd", command);
  write("cwd", "");
  write("mounts", mounts);
  if (hasSettings) write(SETTINGS_FILE, "");
  const argumentText = argumentsOf(options);
  write("args", argumentText);
  const plain = startLine({ command, start, filter, args: "args" });
  const first =
    prepared === undefined
      ? { command, start, filter, shared, args: "args" }
      : { command, start: prepared.start, filter, shared, args: "fast" };
  const lines = [kept, "sallyport_shown", ...before, ...lateOptions(late), ...gate, ""];
  if (prepared !== undefined) write("fast", argumentsOf(prepared.options));
  write("start", [...notes, lines.join("\n"), startLine(first), ""].join("\n"));
  const fell = prepared === undefined ? [] : ['\\builtin printf "" >>"$sallyport_ticket/fell"'];
  const again = [shortened("args", argumentText), shortened("mounts", mounts)];
  write("again", [...fell, ...again, lines.join("\n"), plain, ""].join("\n"));
  write("after", over + unwanted.map(takenAway).join("") + (answers ? ANSWERED : ""));
}

/**
 * WHY in our name: the client sees our command, not the one that answers so, and would tell of a failure. With another status it does not
 * take over the directory in which a command ended.
 */
const ANSWERED = '[ "$sallyport_status" != 1 ] || { sallyport_status=0; sallyport_stays=1; }\n';

/**
 * What a call does when its mounts are as meant: from here on it is not started anew, whatever becomes of it. WHY a file that it
 * cannot reach later: what it can write to it can empty as well.
 */
const BEGAN = "\\builtin printf . >&6 || exit 126\nexec 6>&- 2>&5 5>&- 4>&-\n";

/** Errors of a start that is tried once more are nobody's business: the shim says which of these it is. */
const STREAMS = '6>>"$sallyport_ticket/began" 5>&2 4>/dev/null 2>&$sallyport_errors';

/** WHY without these: they stand beside what is started, because the first start of a call may have other rights than the next. */
function argumentsOf(options: readonly string[]): string {
  const own = new Set(OWN_RIGHTS);
  return options.flatMap((option) => (own.has(option) ? [] : `${option}\0`)).join("");
}

const OWN_RIGHTS = ["--unshare-user", "--disable-userns"];

function startLine({
  command,
  start,
  filter,
  args,
  shared,
}: Pick<TicketContent, "command" | "start" | "filter" | "shared"> & {
  readonly args: string;
}): string {
  const rights = (shared === undefined ? OWN_RIGHTS : ["--userns", "7"]).join(" ");
  const looked = `${MOUNT_CHECK}\n${BEGAN}`;
  const inner =
    shared === undefined
      ? innerText(`${looked}${PREPARED}`, command)
      : `${looked}exec ${singleQuoted(shared.nsenter)} --user=/proc/self/fd/3 --preserve-credentials -- "$2" -c ${singleQuoted(innerText(`exec 3<&- 7<&-\n${PREPARED}`, command))} "$0" "$1"`;
  const more = shared === undefined ? "" : ' "$sallyport_shell"';
  const files =
    shared === undefined ? "" : `7<${singleQuoted(shared.outer)} 3<${singleQuoted(shared.inner)} `;
  // The name that shells give themselves in their errors, as the client's own would.
  return `\\builtin exec ${start.map(singleQuoted).join(" ")} --seccomp 8 --args 9 ${rights} -- "$sallyport_shell" -c ${singleQuoted(inner)} "$sallyport_name" "$sallyport_snapshot"${more} ${files}8<${singleQuoted(filter)} 9<"$sallyport_ticket/${args}" ${STREAMS}`;
}

/** A line that takes away what an earlier start added to a file of the ticket. */
function shortened(name: string, text: string): string {
  const file = `"$sallyport_ticket/${name}`;
  return `/usr/bin/head -c ${Buffer.byteLength(text)} ${file}" >|${file}.new" && /bin/mv -f ${file}.new" ${file}"`;
}

/** Whether a call found its prepared mounts to be others than those that were meant. */
export function hasFallen(tickets: string, id: string): boolean {
  return isTicket(id) && existsSync(join(tickets, id, "fell"));
}

/** Lines that add what can be known only when the call begins. */
function lateOptions({
  sockets,
  closed,
  hasAgent,
}: Pick<TicketContent, "sockets" | "closed" | "hasAgent">): readonly string[] {
  const add = (words: string): string =>
    `\\builtin printf '%s\\0' ${words} >>"$sallyport_ticket/args"`;
  const lines = sockets.map(({ path, mount }) => {
    const word = singleQuoted(path);
    const noted =
      mount === undefined
        ? ""
        : `; \\builtin printf '%s\\n' ${singleQuoted(mount)} >>"$sallyport_ticket/mounts"`;
    return `if [ -S ${word} ]; then ${add(`--ro-bind ${singleQuoted(closed)} ${word}`)}${noted}; fi`;
  });
  if (hasAgent)
    lines.push(
      `case \${SSH_AUTH_SOCK-} in /*) if [ -S "$SSH_AUTH_SOCK" ]; then ${add(`--bind "$SSH_AUTH_SOCK" ${INSIDE}/agent --setenv SSH_AUTH_SOCK ${INSIDE}/agent`)}; fi ;; esac`,
    );
  return lines;
}

/** WHY told: the agent would otherwise look for its file. */
function takenAway(path: string): string {
  const word = singleQuoted(path);
  const said = singleQuoted(
    `sallyport: took away \`${printable(path)}\`: git would run what it names, outside`,
  );
  return `if [ -e ${word} ] || [ -L ${word} ]; then /bin/rm -f -- ${word}; \\builtin printf '%s\\n' ${said} >&2; fi\n`;
}

/** Forgets a ticket. */
export function dropTicket(tickets: string, id: string): void {
  if (isTicket(id)) rmSync(join(tickets, id), { recursive: true, force: true });
}

/** Forgets tickets that nobody took in a day. */
export function sweepTickets(tickets: string, nowMs: number): void {
  for (const id of readdirSync(tickets)) {
    const made = lstatSync(join(tickets, id), { throwIfNoEntry: false })?.mtimeMs ?? nowMs;
    if (nowMs - made <= TICKET_MS_MAX) continue;
    dropTicket(tickets, id);
    if (id.startsWith(SHELL_LINES)) rmSync(join(tickets, id), { recursive: true, force: true });
  }
}
