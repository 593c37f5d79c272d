// The jail around commands that do harm: another user without rights, with files, processes and a network of its own, and bounds on all of them.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  lchownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { randomInt } from "node:crypto";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** What the jail is given: bytes of memory of the machine that must stay free, processes, bytes of a file, seconds. */
export const JAIL_LIMITS = {
  processes: 384,
  openFiles: 4_096,
  fileBytes: 64 * 1024 * 1024,
  /** Private memory of one process. */
  dataBytes: 3 * 1024 * 1024 * 1024,
  /** The whole jail is ended when the machine has less than this left. */
  freeBytesMin: 3 * 1024 * 1024 * 1024,
  watchMs: 250,
} as const;

/** Sizes of the file systems in memory, which are all that the jail can write. */
const WRITABLE: Readonly<Record<string, number>> = {
  "/": 16,
  "/etc": 16,
  "/home": 256,
  "/mnt": 64,
  "/opt": 16,
  "/run": 16,
  "/srv": 16,
  "/tmp": 256,
  "/var": 64,
  "/var/tmp": 64,
  "/dev/shm": 64,
};
const MIB = 1024 * 1024;

/**
 * Nobody on this machine has a number from here on, so that the jail's user owns nothing; each stage takes one of its own, so
 * that limits by user count its jails alone. An ordinary user stays what they are: their namespace counts by itself.
 */
const JAIL_USERS = { first: 1_900_000_000, count: 100_000_000 } as const;

/** Where the jail sees the sources of the program, what was prepared for it, and the client. */
export const IN_JAIL = { program: "/srv/program", etc: "/srv/etc", client: "/srv/client" } as const;

const ROOT = fileURLToPath(new URL("../../..", import.meta.url)).replace(/\/$/, "");
const TOOLS = [
  ...["/usr/bin/bwrap", "/usr/bin/unshare", "/usr/bin/setpriv", "/usr/bin/prlimit"],
  ...["/usr/bin/timeout", "/usr/bin/choom", "/usr/bin/nice", "/usr/sbin/ip"],
];

/** Entries of the machine's `/etc` that programs need; nothing else of it is shown. */
const ETC = [
  ...["alternatives", "bash.bashrc", "ca-certificates.conf", "debian_version", "group"],
  ...["ld.so.cache", "ld.so.conf", "ld.so.conf.d", "localtime", "login.defs", "mime.types"],
  ...["nsswitch.conf", "os-release", "profile", "protocols", "services", "shells", "ssl", "vim"],
];
const MADE: Readonly<Record<string, string>> = {
  hosts: "127.0.0.1 localhost\n",
  passwd: "root:x:0:0:root:/root:/bin/bash\nada:x:1000:1000:Ada:/home/ada:/bin/bash\n",
  "resolv.conf": "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n",
  crontab: "17 * * * * root true\n",
  sudoers: "root ALL=(ALL) ALL\n",
};

/** What was prepared on the machine for jails. */
export type Stage = {
  readonly folder: string;
  /** The number of the jail's user; undefined where it is the one who asks. */
  readonly user: number | undefined;
  remove(): void;
};

/** Prepares it. `client` is the real client's program, where it is to run inside. */
export function makeStage(client?: string): Stage {
  const folder = mkdtempSync(join(tmpdir(), "sallyport-jail-"));
  const isRoot = process.getuid?.() === 0;
  const user = isRoot ? JAIL_USERS.first + randomInt(JAIL_USERS.count) : undefined;
  chmodSync(folder, 0o755);
  const etc = join(folder, "etc");
  mkdirSync(etc);
  for (const name of ETC)
    if (existsSync(join("/etc", name)))
      cpSync(join("/etc", name), join(etc, name), {
        recursive: true,
        verbatimSymlinks: true,
        filter: (source) => !source.startsWith("/etc/ssl/private"),
      });
  for (const [name, text] of Object.entries(MADE)) writeFileSync(join(etc, name), text);
  // WHY a copy: of files of the administrator the program says in there that they belong to another user.
  cpSync(join(ROOT, "data"), join(folder, "data"), { recursive: true });
  if (user !== undefined) own(join(folder, "data"), user);
  mkdirSync(join(folder, "client"));
  // WHY not bound where it lies: that may be in a home that nobody else may enter.
  if (client !== undefined) linkOrCopy(client, join(folder, "client", "claude"));
  return { folder, user, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

function own(path: string, user: number): void {
  lchownSync(path, user, user);
  if (!lstatSync(path).isDirectory()) return;
  for (const name of readdirSync(path)) own(join(path, name), user);
}

function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    cpSync(from, to);
  }
}

/**
 * The command line that runs words in the jail, from outside to inside:
 * bounds on time, memory, files and processes; another user without any right; namespaces of its own, in which every address
 * of the internet is this jail's own; files: the machine's programs to be read, the rest in memory.
 *
 * WHY `unshare` makes the table of processes and bubblewrap only binds it: bubblewrap covers parts of its own, and below a
 * covered one nobody can make another, which the hold needs (measured). What is not covered belongs to the machine's
 * administrator, and the jail's user is not: the tests try every file of it.
 */
export function jailCommand(
  stage: Stage,
  words: readonly string[],
  { secondsMax }: { readonly secondsMax: number },
): readonly string[] {
  const limits = JAIL_LIMITS;
  const user =
    stage.user === undefined
      ? []
      : ["--reuid", `${stage.user}`, "--regid", `${stage.user}`, "--clear-groups"];
  const tmpfs = (path: string): readonly string[] => [
    ...["--size", String((WRITABLE[path] ?? 1) * MIB), "--tmpfs", path],
  ];
  const inner = Object.keys(WRITABLE).filter((path) => path !== "/" && path !== "/dev/shm");
  return [
    ...["/usr/bin/nice", "-n", "5", "/usr/bin/choom", "-n", "1000", "--"],
    ...["/usr/bin/timeout", "--foreground", "--signal=KILL", String(secondsMax)],
    ...["/usr/bin/prlimit", `--nproc=${limits.processes}`, `--nofile=${limits.openFiles}`],
    ...[`--fsize=${limits.fileBytes}`, `--data=${limits.dataBytes}`, "--core=0", "--"],
    ...["/usr/bin/setpriv", ...user, "--inh-caps=-all", "--ambient-caps=-all"],
    ...(stage.user === undefined ? [] : ["--bounding-set=-all"]),
    ...["--no-new-privs", "--pdeathsig", "KILL", "--"],
    ...["/usr/bin/unshare", "--user", "--map-root-user", "--net", "--pid", "--ipc", "--uts"],
    ...["--cgroup", "--mount", "--mount-proc", "--fork", "--kill-child", "--"],
    // WHY not bash: it takes a socket as its input for a remote shell, and reads start-up files.
    ...["/bin/sh", "-c", `${NETWORK} && exec "$@"`, "jail"],
    ...["/usr/bin/bwrap", "--unshare-user", "--uid", "1000", "--gid", "1000"],
    ...["--cap-drop", "ALL", "--die-with-parent", "--new-session", "--hostname", "jail"],
    ...["--unshare-uts", ...tmpfs("/"), "--ro-bind", "/usr", "/usr"],
    ...["bin", "sbin", "lib", "lib64"].flatMap((name) => ["--symlink", `usr/${name}`, `/${name}`]),
    ...["--dev", "/dev", ...tmpfs("/dev/shm"), "--bind", "/proc", "/proc"],
    ...inner.flatMap(tmpfs),
    ...["--ro-bind", ROOT, IN_JAIL.program, "--ro-bind", join(stage.folder, "etc"), IN_JAIL.etc],
    ...["--ro-bind", join(stage.folder, "data"), `${IN_JAIL.program}/data`],
    ...["--ro-bind", join(stage.folder, "client"), IN_JAIL.client],
    ...(process.execPath.startsWith("/usr/") ? [] : nodeOf(process.execPath)),
    ...["--dir", "/root", "--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/home"],
    ...["--clearenv", "--setenv", "PATH", "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"],
    ...["--setenv", "HOME", "/home", "--setenv", "LANG", "C.UTF-8", "--"],
    ...["/bin/sh", "-c", 'cp -a /srv/etc/. /etc/ && exec "$@"', "jail", ...words],
  ];
}

/** Every address is the jail's own, and low ports may be listened on. */
const NETWORK = [
  "/usr/sbin/ip link set lo up",
  "/usr/sbin/ip route add local 0.0.0.0/0 dev lo",
  "echo 0 >/proc/sys/net/ipv4/ip_unprivileged_port_start",
].join(" && ");

function nodeOf(path: string): readonly string[] {
  const folder = dirname(dirname(path));
  return ["--ro-bind", folder, folder];
}

/** Why commands cannot be run in the jail on this machine, if they cannot; it also tries a hold inside. */
export function whyNoJail(stage: Stage): string | undefined {
  const lacks = TOOLS.find((tool) => !existsSync(tool));
  if (lacks !== undefined) return `${basename(lacks)} is not installed`;
  // user_namespaces(7): outside of all others every user stands for itself. Elsewhere the kernel may count and own otherwise.
  const isNested = !/^\s*0\s+0\s+4294967295$/m.test(readFileSync("/proc/self/uid_map", "utf8"));
  if (isNested && process.env["CI"] !== "true")
    return "the jail is tried outside of other user namespaces only";
  const nested = [
    ...["/usr/bin/bwrap", "--unshare-user", "--unshare-pid", "--ro-bind", "/", "/"],
    ...["--dev", "/dev", "--proc", "/proc", "--cap-drop", "ALL", "--"],
    ...[process.execPath, "-e", `fs.accessSync("${IN_JAIL.program}/package.json")`],
  ];
  const [program = "", ...args] = jailCommand(stage, nested, { secondsMax: 20 });
  const ended = spawnSync(program, args, { encoding: "utf8", input: "" });
  return ended.status === 0
    ? undefined
    : `no jail can be made on this machine: ${ended.stderr.trim().slice(0, 200)}`;
}

/** A running jail. */
export type Jail = {
  readonly child: ChildProcess;
  /** Resolves with why it ended: by itself, or by the watch on the machine's memory. */
  readonly over: Promise<string>;
  /** Ends it with all that runs in it. */
  end(): Promise<void>;
};

/** Starts words in the jail. The caller reads its output and writes to its input. */
export function startJail(
  stage: Stage,
  words: readonly string[],
  how: { readonly secondsMax: number },
): Jail {
  const [program = "", ...args] = jailCommand(stage, words, how);
  const child = spawn(program, args, { cwd: "/", env: {}, stdio: ["pipe", "pipe", "pipe"] });
  let why = "it ended by itself";
  const watch = setInterval(() => {
    if (freeBytes() >= JAIL_LIMITS.freeBytesMin) return;
    why = "the machine had too little memory left";
    child.kill("SIGKILL");
  }, JAIL_LIMITS.watchMs);
  const over = new Promise<string>((resolve) => {
    child.once("close", (code, signal) => {
      clearInterval(watch);
      resolve(`${why} (${signal ?? code})`);
    });
    child.once("error", () => {
      clearInterval(watch);
      resolve("it did not start");
    });
  });
  child.stdin.on("error", () => undefined);
  return {
    child,
    over,
    async end() {
      child.stdin.end();
      child.kill("SIGKILL");
      await over;
    },
  };
}

function freeBytes(): number {
  const found = /^MemAvailable:\s+(\d+) kB$/m.exec(readFileSync("/proc/meminfo", "utf8"))?.[1];
  return Number(found ?? "0") * 1024;
}
