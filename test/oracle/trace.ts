// What the kernel saw of a command: the lines of strace as events, each with the program that caused it.
import { baseName, cleanPath, parentPath } from "#base/path.ts";

/** The system calls that are recorded. With `--seccomp-bpf` all others run at full speed. */
export const TRACED_CALLS = [
  "%file",
  ...["bind", "connect", "sendto", "sendmsg", "sendmmsg"],
  ...["kill", "pidfd_send_signal"],
  ...["fchmod", "fchown", "fsetxattr", "fchdir"],
  ...["clone", "clone3", "fork", "vfork"],
].join(",");

/** How a path was touched. `list`: a directory was opened to be listed. `look`: its state was asked for. */
export type Access = "read" | "write" | "delete" | "list" | "look";

type Happened =
  | { readonly kind: Access; readonly path: string }
  | { readonly kind: "execute"; readonly program: string }
  /** `address` is as the kernel was given it: an IPv4 or IPv6 address. */
  | { readonly kind: "connect"; readonly address: string; readonly port: number }
  /** `own`: the process was started by the command itself. */
  | { readonly kind: "signal"; readonly pid: number; readonly own: boolean };

/**
 * One event. `outcome`: it was done, it was refused for want of rights (it would have happened elsewhere), or there was
 * nothing to do it to. `programs`: what the process was executed as, and its parents, innermost first.
 */
export type Observed = Happened & {
  readonly outcome: "done" | "refused" | "failed";
  readonly programs: readonly string[];
};

type Process = {
  readonly parent: Process | undefined;
  directory: string;
  /** What it was executed as, the last first: a script is followed by its interpreter. */
  programs: readonly string[];
};

/** What ended without effect, but would have had one with more rights or on another disk. */
const REFUSED = /^E(?:ACCES|PERM|ROFS|BUSY|TXTBSY|XDEV|DQUOT|FBIG)$/;

/** Reads what strace wrote with `-f -y` of a process that started in `start`. */
export function readTrace(text: string, start: string): readonly Observed[] {
  const lines = joinInterrupted(text.split("\n"));
  const parents = parentsOf(lines);
  const pids = new Set([...parents.keys(), ...parents.values()].map(Number));
  const processes = new Map<string, Process>();
  const processOf = (pid: string, depth = 0): Process => {
    const known = processes.get(pid);
    if (known !== undefined) return known;
    const parentPid = parents.get(pid);
    const parent =
      parentPid === undefined || depth > 64 ? undefined : processOf(parentPid, depth + 1);
    const process = {
      parent,
      directory: parent?.directory ?? start,
      programs: [],
    };
    processes.set(pid, process);
    return process;
  };
  return lines.flatMap((line) => {
    const call = /^(\d+) +([a-z0-9_]+)\((.*)\) += (-?\d+|\?)(?:<([^>]*)>)?(?: (E[A-Z0-9]+))?/.exec(
      line,
    );
    if (call === null) return [];
    const [, pid = "", name = "", args = "", result = "", opened, error] = call;
    const process = processOf(pid);
    if (/^(?:clone3?|v?fork)$/.test(name)) {
      // WHY now: the child goes on from what its parent is at this point, not from what the parent becomes.
      if (/^[1-9]/.test(result)) processOf(result);
      return [];
    }
    const found = readCall({ name, args, directory: process.directory, pids });
    if (result === "0" && name === "chdir") {
      process.directory = pathIn(stringsIn(args)[0], process.directory);
    }
    if (result === "0" && name === "fchdir") {
      process.directory = /^\d+<([^>]*)>/.exec(args)?.[1] ?? process.directory;
    }
    // A script without `#!` is refused, and the shell that forked runs it itself.
    if (name === "execve" && (error === undefined || error === "ENOEXEC"))
      process.programs = [programOf(args), ...process.programs];
    const outcome =
      error === undefined || error === "ENOEXEC"
        ? "done"
        : REFUSED.test(error)
          ? "refused"
          : "failed";
    const programs = programsFrom(process);
    return found.map((one) => ({ ...one, ...behindLink(one, args, opened), outcome, programs }));
  });
}

/** WHY: a step up behind a link leads to where the link leads, and only the kernel's own name of what was opened says where. */
function behindLink(one: Happened, args: string, opened: string | undefined) {
  const isOpened = "path" in one && opened?.startsWith("/") === true;
  return isOpened && /[^./"]\/+\.\.(?:\/|"|$)/.test(args) ? { path: unescape(opened) } : {};
}

/** The name of what is executed: its file, or for one program that plays several the name that it was called by. */
function programOf(args: string): string {
  const [path = "", called = ""] = stringsIn(args);
  return baseName(path) === "claude" ? (PLAYED[called] ?? called) : path;
}

/** The client plays these programs itself. */
const PLAYED: Readonly<Record<string, string>> = { ugrep: "grep", bfs: "find" };

function programsFrom(process: Process): readonly string[] {
  const programs: string[] = [];
  for (let at: Process | undefined = process; at !== undefined; at = at.parent)
    programs.push(...at.programs);
  return programs;
}

/** Lines put together that another process interrupted: `open(... <unfinished ...>`, `<... open resumed>`. */
function joinInterrupted(lines: readonly string[]): readonly string[] {
  const begun = new Map<string, string>();
  return lines.flatMap((line) => {
    const start = /^(\d+) +(.*) <unfinished \.\.\.>$/.exec(line);
    if (start !== null) {
      begun.set(start[1] ?? "", start[2] ?? "");
      return [];
    }
    const rest = /^(\d+) +<\.\.\. [a-z0-9_]+ resumed>(.*)$/.exec(line);
    if (rest === null) return [line];
    const pid = rest[1] ?? "";
    const beginning = begun.get(pid);
    begun.delete(pid);
    return beginning === undefined ? [line] : [`${pid} ${beginning}${rest[2] ?? ""}`];
  });
}

/** Who made which process. A child may act before the line in which its parent got its number. */
function parentsOf(lines: readonly string[]): ReadonlyMap<string, string> {
  const parents = new Map<string, string>();
  for (const line of lines) {
    const made = /^(\d+) +(?:clone3?|v?fork)\(.*\) += ([1-9]\d*)/.exec(line);
    if (made !== null) parents.set(made[2] ?? "", made[1] ?? "");
  }
  return parents;
}

type Call = {
  readonly name: string;
  readonly args: string;
  readonly directory: string;
  /** The processes that belong to the command. */
  readonly pids: ReadonlySet<number>;
};

function readCall(call: Call): readonly Happened[] {
  const { name, args } = call;
  const strings = stringsIn(args);
  const bases = [...args.matchAll(/(?:AT_FDCWD|\b\d+)<([^>]*)>/g)].map((found) =>
    unescape(found[1] ?? ""),
  );
  const path = (index: number): string =>
    pathIn(strings[index], bases[index] ?? bases[0] ?? call.directory);
  const touched = (kind: Access, index = 0): Happened => ({ kind, path: path(index) });
  switch (name) {
    case "open":
    case "openat":
    case "openat2":
    case "creat":
      // A file without a name.
      if (args.includes("O_TMPFILE")) return [];
      if (args.includes("O_PATH")) return [touched("look")];
      if (args.includes("O_DIRECTORY")) return [touched("list")];
      if (name === "creat" || /O_WRONLY|O_RDWR|O_CREAT|O_TRUNC/.test(args))
        return [touched("write")];
      return [touched("read")];
    case "unlink":
    case "unlinkat":
    case "rmdir":
      return [touched("delete")];
    case "rename":
    case "renameat":
    case "renameat2":
      return [touched("delete"), touched("write", 1)];
    case "link":
    case "linkat":
      return [touched("read"), touched("write", 1)];
    case "symlink":
    case "symlinkat": {
      const link = pathIn(strings[1], bases[0] ?? call.directory);
      // What the link leads to is named to the kernel, whether it is there or not.
      return [
        { kind: "look", path: pathIn(strings[0], parentPath(link)) },
        { kind: "write", path: link },
      ];
    }
    case "mkdir":
    case "mkdirat":
    case "mknod":
    case "mknodat":
    case "truncate":
    case "chmod":
    case "fchmodat":
    case "fchmodat2":
    case "chown":
    case "lchown":
    case "fchownat":
    case "utime":
    case "utimes":
    case "utimensat":
    case "futimesat":
    case "setxattr":
    case "lsetxattr":
    case "removexattr":
    case "lremovexattr":
      return [touched("write")];
    case "fchmod":
    case "fchown":
    case "fsetxattr":
      return bases[0]?.startsWith("/") === true ? [{ kind: "write", path: bases[0] }] : [];
    case "execve":
    case "execveat":
      return [{ kind: "execute", program: programOf(args) }];
    case "bind": {
      const socket = /sun_path="([^"]+)"/.exec(args)?.[1];
      return socket === undefined ? [] : [{ kind: "write", path: pathIn(socket, call.directory) }];
    }
    case "connect":
    case "sendto":
    case "sendmsg":
    case "sendmmsg":
      return contacted(args);
    case "kill": {
      const [pid = "0", signal = "0"] = args.split(", ");
      const own = pid !== "-1" && (pid === "0" || call.pids.has(Math.abs(Number(pid))));
      return signal === "0" ? [] : [{ kind: "signal", pid: Number(pid), own }];
    }
    case "chdir":
    case "fchdir":
      return [];
    default:
      // stat, access, readlink and their kin.
      return strings.length === 0 ? [] : [{ kind: "look", path: path(0) }];
  }
}

function contacted(args: string): readonly Happened[] {
  const address = /inet_addr\("([^"]+)"\)|inet_pton\(AF_INET6, "([^"]+)"/.exec(args);
  const port = /sin6?_port=htons\((\d+)\)/.exec(args)?.[1];
  if (address === null || port === undefined) return [];
  return [{ kind: "connect", address: address[1] ?? address[2] ?? "", port: Number(port) }];
}

function stringsIn(args: string): string[] {
  return [...args.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map((found) => unescape(found[1] ?? ""));
}

function pathIn(text: string | undefined, base: string): string {
  if (text === undefined || text === "") return cleanPath(base);
  return cleanPath(text.startsWith("/") ? text : `${base}/${text}`);
}

/** Bytes in strace's octal notation, read as UTF-8. */
function unescape(text: string): string {
  if (!text.includes("\\")) return text;
  const bytes: number[] = [];
  for (const found of text.matchAll(/\\(?:([0-7]{1,3})|([\s\S]))|([^\\])/gu)) {
    const [, octal, letter, plain] = found;
    if (octal !== undefined) bytes.push(Number.parseInt(octal, 8));
    else bytes.push(...Buffer.from(plain ?? LETTERS[letter ?? ""] ?? letter ?? ""));
  }
  return Buffer.from(bytes).toString("utf8");
}

const LETTERS: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  v: "\v",
  f: "\f",
};
