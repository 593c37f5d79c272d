// The machine that tests judge on: a made-up one around their own folders, so that no verdict depends on the real one's files.
import { lstatSync, readdirSync, readlinkSync } from "node:fs";
import { compileGlob, globBase, hasMagic, unescapeGlob } from "#base/glob.ts";
import { isWithin, joinPath, parentPath } from "#base/path.ts";
import { type FactAnswer, type FactQuery, queryKey } from "#guard/facts/facts.ts";
import type { AnswerQueries } from "#surface/services/facts/judge.ts";
import { type GatherOptions, gatherFacts } from "#surface/services/facts/gather.ts";
import { readGitFacts } from "#surface/services/facts/git/git-facts.ts";
import { type Entry, entryOf, type NearPaths } from "#surface/services/facts/paths/near-paths.ts";
import { type RealPath, resolveNow } from "#surface/services/facts/paths/real-path.ts";

/** Folders of a Debian that nobody added anything to, and what is in those that commands of the tests name. */
const FOLDERS = [
  ...["boot", "dev", "dev/cpu", "etc", "etc/alternatives", "etc/cron.d", "etc/profile.d"],
  ...[
    "etc/ssl/certs",
    "etc/systemd/system",
    "home",
    "media",
    "mnt",
    "opt",
    "proc/1",
    "proc/2",
    "proc/self",
  ],
  ...["proc/sys/kernel", "root", "run", "srv", "sys/kernel", "tmp", "usr/bin", "usr/include"],
  ...["usr/lib/git-core", "usr/lib64", "usr/local/bin", "usr/local/lib", "usr/sbin", "usr/share"],
  ...["var/cache", "var/lib/postgresql", "var/lib/systemd/coredump", "var/log/journal"],
  ...["var/mail", "var/spool/cron", "var/tmp"],
  ...["etc/apt", "etc/cron.daily", "etc/cron.hourly", "etc/cron.weekly", "etc/default"],
  ...["etc/init.d", "etc/ld.so.conf.d", "etc/logrotate.d", "etc/pam.d", "etc/security"],
  ...["etc/skel", "etc/ssh", "etc/sudoers.d", "etc/sysctl.d", "var/backups", "var/log/apt"],
  // Processes: more of them than a pattern is told of one by one.
  ...Array.from({ length: 40 }, (_, number) => `proc/${number + 3}`),
];

const FILES = [
  ...["etc/bash.bashrc", "etc/crontab", "etc/environment", "etc/hosts.allow", "etc/hosts.deny"],
  ...["etc/inputrc", "etc/issue", "etc/ld.so.conf", "etc/ld.so.preload", "etc/login.defs"],
  ...["etc/pam.d/common-auth", "etc/pam.d/su", "etc/pam.d/sudo", "etc/rsyslog.conf"],
  ...["etc/security/limits.conf", "etc/ssh/ssh_config", "etc/ssh/sshd_config", "etc/sysctl.conf"],
  ...["etc/sudoers.d/README", "etc/systemd/journald.conf", "etc/systemd/system.conf"],
  ...["usr/lib/os-release", "var/log/alternatives.log", "var/log/auth.log", "var/log/btmp"],
  ...["var/log/dpkg.log", "var/log/faillog", "var/log/lastlog", "var/log/syslog"],
  ...["var/log/syslog.1.gz", "var/log/wtmp"],
  ...["etc/fstab", "etc/group", "etc/hostname", "etc/hosts", "etc/ld.so.cache", "etc/passwd"],
  ...["etc/profile", "etc/resolv.conf", "etc/shadow", "etc/ssl/certs/ca-certificates.crt"],
  ...["etc/sudoers", "proc/1/environ", "proc/1/mem", "proc/cpuinfo", "proc/meminfo"],
  ...["proc/self/environ", "proc/self/mem", "proc/sys/kernel/randomize_va_space"],
  ...["awk", "bash", "cat", "chmod", "cp", "curl", "dash", "env", "git", "grep", "id", "ls"].map(
    (name) => `usr/bin/${name}`,
  ),
  ...["mv", "node", "npm", "npx", "perl", "python3", "rm", "sed", "tar", "vim.basic", "zsh"].map(
    (name) => `usr/bin/${name}`,
  ),
];

/** Neither file nor folder: devices. */
const DEVICES = ["full", "kmsg", "null", "random", "tty", "urandom", "vda", "vda1", "zero"];

const LINKS: Readonly<Record<string, string>> = {
  "/bin": "/usr/bin",
  "/lib": "/usr/lib",
  "/lib64": "/usr/lib64",
  "/sbin": "/usr/sbin",
  "/var/run": "/run",
  "/var/lock": "/run/lock",
  "/usr/bin/sh": "/usr/bin/dash",
  "/proc/1/cwd": "/",
  "/proc/1/root": "/",
  "/proc/self/cwd": "/",
  "/proc/self/root": "/",
  "/dev/fd": "/proc/self/fd",
  "/etc/os-release": "/usr/lib/os-release",
};

/** Bytes of one name in a path, on the file systems that there are. */
const NAME_BYTES_MAX = 255;

/** What files hold; the others hold nothing. */
const TEXTS: Readonly<Record<string, string>> = {
  "/etc/hostname": "machine\n",
  "/usr/lib/os-release": 'PRETTY_NAME="Debian GNU/Linux"\nNAME="Debian GNU/Linux"\nID=debian\n',
  "/etc/passwd": "root:x:0:0:root:/root:/bin/bash\nuser:x:1000:1000::/home/user:/bin/bash\n",
};

const ENTRIES: ReadonlyMap<string, Entry> = entries();

function entries(): Map<string, Entry> {
  const all = new Map<string, Entry>();
  const add = (path: string, entry: Entry) => {
    for (let at = parentPath(path); at !== "/"; at = parentPath(at))
      if (!all.has(at)) all.set(at, { kind: "directory", links: 1 });
    all.set(path, entry);
  };
  for (const path of FOLDERS) add(`/${path}`, { kind: "directory", links: 1 });
  for (const path of FILES) add(`/${path}`, { kind: "file", links: 1 });
  for (const name of DEVICES) add(`/dev/${name}`, { kind: "other", links: 1 });
  for (const [path, to] of Object.entries(LINKS)) add(path, { kind: "link", to });
  return all;
}

export type MachineOptions = {
  readonly home: string;
  readonly containment?: GatherOptions["containment"];
  readonly shown?: GatherOptions["shown"];
  readonly copies?: GatherOptions["copies"];
  readonly serves?: GatherOptions["serves"];
};

/**
 * Answers questions as a machine would that holds `folders`, which are real and belong to the test, and else only what is
 * made up here. Nothing else of the real disk is looked at, but ignore files above a folder that is searched.
 */
export function madeUpMachine(
  folders: readonly string[],
  { home, containment, shown, copies, serves }: MachineOptions,
): AnswerQueries {
  const isReal = (path: string): boolean => folders.some((folder) => isWithin(folder, path));
  const isAbove = (path: string): boolean => folders.some((folder) => isWithin(path, folder));
  const look = (path: string): Entry => {
    if (isReal(path)) return entryOnDisk(path);
    if (isAbove(path)) return { kind: "directory", links: 1 };
    return ENTRIES.get(path) ?? { kind: "missing" };
  };
  const near: NearPaths = { look, note: () => undefined };
  const resolve = (path: string): RealPath | undefined => {
    // As the product does: what the system does not take as a name is a place that is not known.
    if (path.split("/").some((name) => Buffer.byteLength(name) > NAME_BYTES_MAX)) return undefined;
    const found = resolveNow(path, near);
    return found === "far" ? undefined : found;
  };
  const options: GatherOptions = { home, containment, shown, copies };
  const onDisk = async (query: FactQuery): Promise<FactAnswer | undefined> =>
    (await gatherFacts([query], options)).get(queryKey(query));

  const searched = async (
    query: Extract<FactQuery, { kind: "glob" | "find" }>,
    isWanted: (path: string) => boolean,
    parts: readonly FactQuery[],
  ): Promise<FactAnswer> => {
    const found = await Promise.all(parts.map(onDisk));
    const lists = found.flatMap((one) =>
      one?.kind === "glob" || one?.kind === "find" ? [one] : [],
    );
    const made = [...ENTRIES.keys()].filter((path) => !isReal(path) && isWanted(path));
    const links = made.flatMap((path) =>
      ENTRIES.get(path)?.kind === "link" ? [{ path, real: resolve(path)?.real ?? path }] : [],
    );
    return {
      kind: query.kind,
      paths: [...made, ...lists.flatMap(({ paths }) => paths)].toSorted(),
      links: [...links, ...lists.flatMap((one) => one.links)],
      complete: lists.length === parts.length && lists.every(({ complete }) => complete),
    };
  };

  const answerFind = (
    query: Extract<FactQuery, { kind: "find" }>,
  ): Promise<FactAnswer | undefined> => {
    const { copies } = query;
    if (copies !== undefined)
      return isReal(copies.gitDirectory) ? onDisk(query) : Promise.resolve(undefined);
    if (isReal(query.root)) return onDisk(query);
    const root = resolve(query.root)?.real ?? query.root;
    if (isReal(root)) return onDisk({ ...query, root });
    const globs = query.patterns.map((one) => (one.startsWith("/") ? one : `/**/${one}`));
    const matchers = globs.map((glob) => compileGlob(glob, { ignoreCase: true }));
    const isWanted = (path: string) =>
      isWithin(root, path) && matchers.some((matches) => matches(path));
    const below = folders.filter((folder) => isWithin(root, folder));
    return searched(
      query,
      isWanted,
      below.map((folder) => ({ ...query, root: folder })),
    );
  };

  /** Names in a folder of either world. */
  const namesIn = (folder: string): readonly string[] => {
    const found = resolve(folder);
    if (found?.type !== "directory") return [];
    if (isReal(found.real)) return readdirSync(found.real);
    const above = folders.flatMap((one) => ancestorsOf(one));
    const below = [...ENTRIES.keys(), ...folders, ...above].filter(
      (path) => parentPath(path) === found.real && path !== "/",
    );
    return [...new Set(below.map((path) => path.slice(path.lastIndexOf("/") + 1)))];
  };

  const answerGlob = async (
    query: Extract<FactQuery, { kind: "glob" }>,
  ): Promise<FactAnswer | undefined> => {
    const { pattern, ...how } = query;
    if (isReal(globBase(pattern))) return onDisk(query);
    const matches = compileGlob(pattern, how);
    if (pattern.includes("**")) return searched(query, matches, []);
    let paths = ["/"];
    for (const part of pattern.split("/").filter((one) => one !== "")) {
      const fits = compileGlob(`/${part}`, how);
      const isName = !hasMagic(part);
      paths = paths.flatMap((folder) => {
        const names = isName ? [unescapeGlob(part)] : namesIn(folder);
        return names.flatMap((name) => {
          const path = joinPath(folder, name);
          const isThere = (resolve(path)?.type ?? "missing") !== "missing";
          return isThere && (isName || fits(`/${name}`)) ? [path] : [];
        });
      });
    }
    const links = paths.flatMap((path) => {
      const real = resolve(path)?.real ?? path;
      return real === path ? [] : [{ path, real }];
    });
    return { kind: "glob", paths: paths.toSorted(), links, complete: true };
  };

  const answer = async (query: FactQuery): Promise<FactAnswer | undefined> => {
    switch (query.kind) {
      case "path": {
        const found = resolve(query.path);
        return found && { kind: "path", ...found };
      }
      case "text":
      case "words":
      case "lock": {
        const found = resolve(query.path);
        if (found === undefined) return undefined;
        if (isReal(found.real)) return onDisk(query);
        const text = found.type === "file" ? (TEXTS[found.real] ?? "") : undefined;
        if (query.kind === "text") return { kind: "text", text, complete: true };
        if (query.kind === "lock") return { kind: "lock", lock: undefined };
        return { kind: "words", holds: query.words.some((word) => text?.includes(word)) };
      }
      case "git": {
        const real = resolve(query.directory)?.real;
        if (real === undefined || !isReal(real)) return { kind: "git", repository: undefined };
        const read = await readGitFacts(real, home, joinPath(home, "no-such-file"));
        const root = read?.repository?.root;
        const isOurs = root === undefined || isReal(root);
        return read && { kind: "git", repository: isOurs ? read.repository : undefined };
      }
      case "loss":
        return isReal(query.repository.gitDirectory)
          ? onDisk(query)
          : { kind: "loss", lost: undefined };
      case "program": {
        const directory = query.directories.find(
          (one) => look(joinPath(one, query.name)).kind !== "missing",
        );
        return { kind: "program", directory };
      }
      case "find":
        return answerFind(query);
      case "glob":
        return answerGlob(query);
      case "names":
        return onDisk(query);
      case "containment":
      case "shown":
        return onDisk(query);
      case "open":
        return { kind: "open", isOpen: false };
      case "process":
        return { kind: "process", isOfSession: false };
      case "server":
        return { kind: "server", isOfSession: serves?.(query.port) === true };
      default:
        return query satisfies never;
    }
  };

  return async (queries) => {
    const answered = await Promise.all(
      queries.map(async (query) => [queryKey(query), await answer(query)] as const),
    );
    return new Map(answered.flatMap(([key, one]) => (one === undefined ? [] : [[key, one]])));
  };
}

function entryOnDisk(path: string): Entry {
  const status = lstatSync(path, { throwIfNoEntry: false });
  if (status === undefined) return { kind: "missing" };
  return entryOf(status, status.isSymbolicLink() ? readlinkSync(path) : "");
}

function ancestorsOf(path: string): string[] {
  const all: string[] = [];
  for (let at = parentPath(path); at !== "/"; at = parentPath(at)) all.push(at);
  return all;
}
