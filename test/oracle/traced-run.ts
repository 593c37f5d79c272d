// Runs a command under strace in a jail that can change nothing but one directory, and says what the kernel saw.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { cleanPath, isWithin } from "#base/path.ts";

/** What happened to the world. Paths are absolute and as the kernel was given them, made absolute. */
export type Observed =
  | { readonly kind: "read" | "write" | "delete"; readonly path: string }
  | { readonly kind: "execute"; readonly program: string }
  | { readonly kind: "connect"; readonly address: string };

/** Why commands cannot be traced here, if they cannot. */
export function whyNotTraced(): string | undefined {
  for (const tool of ["/usr/bin/strace", "/usr/bin/bwrap", "/bin/bash"]) {
    if (!existsSync(tool)) return `${tool} is not installed`;
  }
  const probe = spawnSync("/usr/bin/bwrap", [
    "--ro-bind",
    "/",
    "/",
    "--proc",
    "/proc",
    "--dev",
    "/dev",
    "/usr/bin/strace",
    "-f",
    "-o",
    "/dev/null",
    "/bin/true",
  ]);
  return probe.status === 0
    ? undefined
    : "a traced command cannot be run in a jail on this machine";
}

/** Runs `command` with bash in `cwd`; only `room` (which holds `cwd`) can be written, and there is no network. */
export function traceCommand(
  command: string,
  cwd: string,
  room: string,
  home: string,
): readonly Observed[] {
  const log = join(room, "trace.log");
  spawnSync(
    "/usr/bin/bwrap",
    [
      ...[
        "--ro-bind",
        "/",
        "/",
        "--dev",
        "/dev",
        "--proc",
        "/proc",
        "--tmpfs",
        "/tmp",
        "--bind",
        room,
        room,
      ],
      ...[
        "--unshare-net",
        "--unshare-pid",
        "--die-with-parent",
        "--new-session",
        "--chdir",
        cwd,
        "--clearenv",
      ],
      ...[
        "--setenv",
        "HOME",
        home,
        "--setenv",
        "PATH",
        "/usr/bin:/bin",
        "--setenv",
        "LC_ALL",
        "C.UTF-8",
        "--setenv",
        "SHLVL",
        "1",
      ],
      ...[
        "/usr/bin/strace",
        "-f",
        "-y",
        "-s",
        "4096",
        "-o",
        log,
        "-e",
        "trace=%file,%desc,%process,connect,chdir,fchdir",
        "--",
        "/bin/bash",
        "--norc",
        "--noprofile",
        "-c",
        command,
      ],
    ],
    { input: "", timeout: 10_000, encoding: "utf8" },
  );
  const text = existsSync(log) ? readFileSync(log, "utf8") : "";
  rmSync(log, { force: true });
  const directories = new Map<string, string>();
  return joinInterrupted(text.split("\n"))
    .flatMap((line) => parseLine(line, followDirectory(line, cwd, directories)))
    .filter((one) => !("path" in one) || (isWithin(room, one.path) && one.path !== log));
}

/** The lines with calls put together that another process interrupted: `open(... <unfinished ...>`, `<... open resumed>`. */
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

/** The working directory of the process that made a call: inherited at a fork, changed by chdir. */
function followDirectory(line: string, start: string, directories: Map<string, string>): string {
  const call = /^(\d+) +([a-z0-9_]+)\((.*)\) += (-?\d+)/.exec(line);
  const resumed = /^(\d+) +<\.\.\. (?:clone3?|v?fork) resumed>.* = (\d+)/.exec(line);
  const pid = call?.[1] ?? resumed?.[1] ?? "";
  const here = directories.get(pid) ?? start;
  if (resumed?.[2] !== undefined) directories.set(resumed[2], here);
  if (call === null || call[4]?.startsWith("-") === true) return here;
  if (/^(clone3?|v?fork)$/.test(call[2] ?? "")) directories.set(call[4] ?? "", here);
  const path = /"((?:[^"\\]|\\.)*)"/.exec(call[3] ?? "")?.[1];
  const descriptor = /^\d+<([^>]*)>/.exec(call[3] ?? "")?.[1];
  if (call[2] === "chdir" && path !== undefined) {
    directories.set(pid, cleanPath(path.startsWith("/") ? path : `${here}/${path}`));
  }
  if (call[2] === "fchdir" && descriptor !== undefined) directories.set(pid, descriptor);
  return here;
}

function parseLine(line: string, start: string): readonly Observed[] {
  const call = /^\d+ +([a-z0-9_]+)\((.*)\) += (-?\d+|\?)/.exec(line);
  if (call === null || call[3]?.startsWith("-") === true) return [];
  const [, name = "", args = ""] = call;
  const at = (pattern: RegExp): string[] =>
    [...args.matchAll(pattern)].map((found) => found[1] ?? "");
  const directories = at(/(?:AT_FDCWD|\d+)<([^>]*)>/g);
  const strings = at(/"((?:[^"\\]|\\.)*)"/g).map(unescape);
  const path = (text: string | undefined, index = 0): string => {
    const base = directories[index] ?? directories[0] ?? start;
    return cleanPath(text === undefined ? base : text.startsWith("/") ? text : `${base}/${text}`);
  };
  switch (name) {
    case "open":
    case "openat":
    case "creat": {
      if (args.includes("O_DIRECTORY") || args.includes("O_PATH")) return [];
      const written = /O_WRONLY|O_RDWR|O_CREAT|O_TRUNC/.test(args) || name === "creat";
      const read = !args.includes("O_WRONLY") && name !== "creat";
      return [
        ...(written ? [{ kind: "write", path: path(strings[0]) } as const] : []),
        ...(read && !written ? [{ kind: "read", path: path(strings[0]) } as const] : []),
      ];
    }
    case "unlink":
    case "unlinkat":
    case "rmdir":
      return [{ kind: "delete", path: path(strings[0]) }];
    case "rename":
    case "renameat":
    case "renameat2":
      return [
        { kind: "delete", path: path(strings[0]) },
        { kind: "write", path: path(strings[1], 1) },
      ];
    case "link":
    case "linkat":
      return [
        { kind: "read", path: path(strings[0]) },
        { kind: "write", path: path(strings[1], 1) },
      ];
    case "symlink":
    case "symlinkat":
      return [{ kind: "write", path: path(strings[1]) }];
    case "mkdir":
    case "mkdirat":
    case "truncate":
    case "chmod":
    case "fchmodat":
    case "utimensat":
      return strings.length === 0 ? [] : [{ kind: "write", path: path(strings[0]) }];
    case "execve":
      return [{ kind: "execute", program: strings[0] ?? "" }];
    case "connect":
      return [{ kind: "connect", address: args }];
    default:
      return [];
  }
}

function unescape(text: string): string {
  return text.replace(/\\(?:([0-7]{1,3})|(.))/g, (_, octal: string | undefined, other: string) =>
    octal === undefined
      ? ({ n: "\n", t: "\t" }[other] ?? other)
      : String.fromCharCode(Number.parseInt(octal, 8)),
  );
}
