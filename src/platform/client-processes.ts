// Processes of the client on this machine, of every account, and whether what they see below /etc is what this process sees; known by the program, not by its name alone.
import { lstatSync, readdirSync, readlinkSync, statSync } from "node:fs";
import { open } from "node:fs/promises";
import { basename } from "node:path";
import { readSystemFile, thisSystem } from "./system.ts";

/** A process of the client. */
export type ClientProcess = {
  readonly pid: number;
  readonly uid: number;
  /** When it was started, in the kernel's words: a number that is given again is another process. */
  readonly started: string;
  readonly parent: number;
  readonly program: string;
  readonly words: readonly string[];
  /** Whether something lies over the machine's managed settings for it, or its root is another. */
  readonly isCovered: boolean;
};

/** Looks for clients; keeps what it knows of programs between two looks. */
export type ClientLook = () => Promise<readonly ClientProcess[]>;

const PROCESSES_MAX = 32_768;
/** No build of the client is smaller, by far, where it is one file. */
const PROGRAM_BYTES_MIN = 100_000_000;
const PROGRAM_BYTES_MAX = 1_000_000_000;
const PIECE_BYTES = 4 * 1024 * 1024;
const PROGRAMS_MAX = 4_096;
/** Stands in each build, and in no program that only starts one: the client tells by it how it was started. */
const MARK = "CLAUDE_CODE_ENTRYPOINT";
const BY_PATH = /(?:^|\/)claude(?:\.exe)?$|\/claude\/versions\/[^/]+$/;
const SCRIPT = /\/@anthropic-ai\/claude-code\/|\/claude-code\/cli\.m?js$/;
const INTERPRETER = /^(?:node|nodejs|bun|deno)(?:[\d.-]|$)/;
const ETC = /^\/etc(?:\/claude-code(?:\/.*)?)?$/;

/** Makes a look. It sees other accounts' processes only as the administrator; where the system does not tell it finds none. */
export function createClientLook(): ClientLook {
  const programs = new Map<string, boolean>();
  /** By process: the program that it had when it was looked at, and whether that is a client. */
  let known = new Map<number, { readonly link: string; readonly isClient: boolean }>();
  return async () => {
    const system = thisSystem();
    if (system !== "linux" && system !== "wsl") return [];
    const found: ClientProcess[] = [];
    const next: typeof known = new Map();
    const own = mountsOf("self");
    for (const pid of pidsNow()) {
      const link = programOf(pid);
      if (link === undefined) continue;
      const before = known.get(pid);
      const isInterpreter = INTERPRETER.test(basename(link));
      const isClient =
        before?.link === link && !isInterpreter
          ? before.isClient
          : BY_PATH.test(link) ||
            (isInterpreter && wordsOf(pid).some((word) => SCRIPT.test(word))) ||
            (await hasMark(pid, programs));
      next.set(pid, { link, isClient });
      const one = isClient ? clientAt(pid, link, own) : undefined;
      if (one !== undefined) found.push(one);
    }
    known = next;
    return found;
  };
}

/** The start of a process in the kernel's words; undefined for one that is gone. */
export function startOf(pid: number): string | undefined {
  // The name before it may hold anything.
  return readSystemFile(`/proc/${pid}/stat`)?.replace(/^.*\)/s, "").trim().split(" ")[19];
}

function pidsNow(): readonly number[] {
  try {
    const names = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
    return names.slice(0, PROCESSES_MAX).map(Number);
  } catch {
    return [];
  }
}

function programOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/exe`).replace(/ \(deleted\)$/, "");
  } catch {
    return undefined;
  }
}

function wordsOf(pid: number): readonly string[] {
  return (readSystemFile(`/proc/${pid}/cmdline`) ?? "").split("\0").slice(0, 64);
}

function clientAt(
  pid: number,
  program: string,
  own: ReadonlySet<string>,
): ClientProcess | undefined {
  const status = readSystemFile(`/proc/${pid}/status`) ?? "";
  const uid = /^Uid:\t(\d+)/m.exec(status)?.[1];
  const started = startOf(pid);
  if (uid === undefined || started === undefined) return undefined;
  const mounts = mountsOf(String(pid));
  return {
    pid,
    uid: Number(uid),
    started,
    program,
    words: wordsOf(pid),
    parent: Number(/^PPid:\t(\d+)$/m.exec(status)?.[1] ?? 0),
    // A process that has just ended has no mounts at all.
    isCovered: mounts.size > 0 && [...mounts].some((mount) => !own.has(mount)),
  };
}

/** The mounts at the root, at /etc and at the managed settings, each with what is mounted there. WHY no look at the files: a file system of an account's own may keep whoever looks waiting for ever. */
function mountsOf(process: string): ReadonlySet<string> {
  const lines = (readSystemFile(`/proc/${process}/mountinfo`) ?? "").split("\n");
  const found = new Set<string>();
  for (const line of lines) {
    const [, , device, root, at = ""] = line.split(" ");
    const isRoot = at === "/";
    if (isRoot || ETC.test(at)) found.add(`${at} ${device} ${root}`);
  }
  if (lines.length > 1 && ![...found].some((mount) => mount.startsWith("/ "))) found.add("no root");
  return found;
}

/** Whether a large program is a client under another name. Each file is read once. */
async function hasMark(pid: number, programs: Map<string, boolean>): Promise<boolean> {
  const path = `/proc/${pid}/exe`;
  try {
    if (!lstatSync(path).isSymbolicLink()) return false;
    const { dev, ino, size, mtimeMs, isFile } = fileAt(path);
    if (!isFile || size < PROGRAM_BYTES_MIN || size > PROGRAM_BYTES_MAX) return false;
    const key = `${dev} ${ino} ${size} ${mtimeMs}`;
    const before = programs.get(key);
    if (before !== undefined) return before;
    const found = await fileHolds(path, MARK);
    if (programs.size >= PROGRAMS_MAX) programs.clear();
    programs.set(key, found);
    return found;
  } catch {
    return false;
  }
}

function fileAt(path: string) {
  const status = statSync(path);
  const { dev, ino, size, mtimeMs } = status;
  return { dev, ino, size, mtimeMs, isFile: status.isFile() };
}

async function fileHolds(path: string, text: string): Promise<boolean> {
  const file = await open(path, "r");
  try {
    const piece = Buffer.alloc(PIECE_BYTES + text.length);
    // What a piece ends with may be the beginning of what is looked for.
    for (let at = 0; at < PROGRAM_BYTES_MAX; at += PIECE_BYTES) {
      const { bytesRead } = await file.read(piece, 0, piece.length, at);
      if (piece.subarray(0, bytesRead).includes(text)) return true;
      if (bytesRead < piece.length) return false;
    }
    return false;
  } finally {
    await file.close();
  }
}
