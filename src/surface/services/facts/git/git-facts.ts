// What git would do in a directory, read from its files.
//
// WHY no `git` process: which program a PATH finds, and what the environment tells it, belongs to whoever is being
// judged. Reading files runs nothing, costs about a millisecond, and is compared with the real git in the tests.
import type { Stats } from "node:fs";
import { lstat, opendir, readlink, realpath, stat } from "node:fs/promises";
import { joinPath, parentPath } from "#base/path.ts";
import { parseDestination } from "#guard/effects/network/destination.ts";
import type { GitFacts } from "#guard/facts/facts.ts";
import { literal } from "#guard/shell/values/text.ts";
import { expandHome, type IncludeSubject, readConfigFiles, type Setting } from "./git-config.ts";
import { errorCode } from "../paths/real-path.ts";
import { realOf } from "../../../foundation/files/path-status.ts";
import { lookOnce } from "../../../foundation/files/picture.ts";
import { readRegularFile } from "../../../foundation/files/regular-file.ts";

/** Bytes of HEAD, a `.git` file or `commondir`: a path and a few words. */
const POINTER_BYTES_MAX = 8192;
/** Directories upwards in which a repository is looked for. */
const ANCESTORS_MAX = 256;
/** Entries of a hooks directory looked at. */
const HOOKS_MAX = 512;
/** Git's own system-wide file on Linux; another prefix is not known from here. */
export const SYSTEM_CONFIG = "/etc/gitconfig";

/** Where a repository keeps its files: `shared` differs from `gitDirectory` in a linked working tree. */
export type Layout = {
  readonly root: string;
  readonly gitDirectory: string;
  readonly shared: string;
};

/**
 * What git would do in `directory`. `repository` is undefined outside of any; the whole answer is undefined when it
 * cannot be known (unreadable, malformed, another reference store). Values of settings that may occur several times are
 * joined by newlines; so are the URLs of a remote with several. Keys are in git's canonical form: section and name in
 * lower case, a subsection as written.
 */
export async function readGitFacts(
  directory: string,
  home: string,
  systemConfig: string = SYSTEM_CONFIG,
): Promise<{ readonly repository: GitFacts | undefined } | undefined> {
  let start: string;
  try {
    start = await realpath(directory);
  } catch (error) {
    return errorCode(error) === "ENOENT" ? { repository: undefined } : undefined;
  }
  const layout = await findRepository(start);
  if (layout === "unknown") return undefined;
  if (layout === undefined) return { repository: undefined };
  const head = await readHead(layout.gitDirectory);
  if (head === undefined) return undefined;
  const subject = { home, gitDirectory: layout.gitDirectory, branch: head.branch };
  const settings = await readSettings(layout, subject, systemConfig);
  if (settings === undefined) return undefined;
  const hooks = await readHooks(layout, settings.all, home);
  if (hooks === undefined) return undefined;
  const described = describe(settings, head.branch);
  const logsIn = settings.own.some(({ key }) => LOGS_IN.test(key));
  const push = new Map([...described.push, ...(logsIn ? [[OWN_LOGIN, "set"] as const] : [])]);
  const executesOwn = new Set(
    settings.own.map(({ key }) => key).filter((key) => described.executes.has(key)),
  );
  const root = await workTreeOf(layout, settings.own);
  const { gitDirectory } = layout;
  return { repository: { root, gitDirectory, ...described, push, executesOwn, ...hooks } };
}

/** The value of one setting in force in a repository, which is undefined where it is not set. Throws where that cannot be told. */
export async function readSetting(
  gitDirectory: string,
  home: string,
  key: string,
): Promise<string | undefined> {
  const layout = await asRepository(gitDirectory, gitDirectory);
  const head = layout && (await readHead(gitDirectory));
  const subject = { home, gitDirectory, branch: head?.branch };
  const settings = layout && head && (await readSettings(layout, subject, SYSTEM_CONFIG));
  if (settings === undefined) throw new Error(`${gitDirectory}: its settings cannot be told`);
  return last(settings.all, key);
}

/** Where the files are: a repository may say so itself, and only it. */
async function workTreeOf(layout: Layout, own: readonly Setting[]): Promise<string> {
  const configured = last(own, "core.worktree");
  if (configured === undefined || configured === "") return layout.root;
  const path = joinPath(layout.gitDirectory, configured);
  return realpath(path).catch(() => path);
}

/** The repository that holds a directory, given as a real path; undefined outside of any. */
export function findRepository(start: string): Promise<Layout | "unknown" | undefined> {
  return lookOnce("repository", start, () => findRepositoryNow(start));
}

async function findRepositoryNow(start: string): Promise<Layout | "unknown" | undefined> {
  let directory = start;
  for (let steps = 0; steps < ANCESTORS_MAX; steps++) {
    const dotGit = joinPath(directory, ".git");
    const status = await statusOf(dotGit);
    if (status === "unknown") return "unknown";
    if (status?.isFile()) {
      const pointer = await readPointer(dotGit);
      const target = pointer && /^gitdir: ([^\n]+)/.exec(pointer)?.[1];
      if (!target) return "unknown";
      const layout = await asRepository(joinPath(directory, target.trimEnd()), directory);
      return layout ?? "unknown";
    }
    // WHY: a directory that looks like a repository is one for git, without any `.git` (an embedded bare repository).
    const layout =
      (status?.isDirectory() ? await asRepository(dotGit, directory) : undefined) ??
      (await asRepository(directory, directory));
    if (layout !== undefined) return layout;
    if (directory === "/") return undefined;
    directory = parentPath(directory);
  }
  return "unknown";
}

async function asRepository(gitDirectory: string, root: string): Promise<Layout | undefined> {
  const head = await statusOf(joinPath(gitDirectory, "HEAD"), lstat);
  if (head === undefined) return undefined;
  const pointer = await readPointer(joinPath(gitDirectory, "commondir"));
  const shared = pointer === undefined ? gitDirectory : joinPath(gitDirectory, pointer.trimEnd());
  for (const name of ["objects", "refs"]) {
    const status = await statusOf(joinPath(shared, name));
    if (status === undefined || (status !== "unknown" && !status.isDirectory())) return undefined;
  }
  const [own, common] = [realOf(gitDirectory), realOf(shared)];
  return own === undefined || common === undefined
    ? undefined
    : { root, gitDirectory: own, shared: common };
}

/** The branch that HEAD names, undefined for none (a commit by itself); undefined as a whole where HEAD cannot be read. */
export async function readHead(
  gitDirectory: string,
): Promise<{ readonly branch: string | undefined } | undefined> {
  const path = joinPath(gitDirectory, "HEAD");
  // Very old repositories have a symlink for HEAD.
  const link = await readlink(path).catch(() => undefined);
  const text = link === undefined ? await readPointer(path) : `ref: ${link}`;
  if (text === undefined) return undefined;
  const reference = /^ref:\s*refs\/heads\/([^\n]+)/.exec(text)?.[1]?.trimEnd();
  // Reftable keeps the real HEAD in a binary file and this word in its place.
  if (reference === ".invalid") return undefined;
  return { branch: reference };
}

/** Settings in force, and those of them that the repository's own files have, which are the last ones. */
type Settings = { readonly all: readonly Setting[]; readonly own: readonly Setting[] };

async function readSettings(
  layout: Layout,
  subject: IncludeSubject,
  systemConfig: string,
): Promise<Settings | undefined> {
  const users = [
    systemConfig,
    joinPath(subject.home, ".config/git/config"),
    joinPath(subject.home, ".gitconfig"),
  ];
  const others = await readConfigFiles(users, subject);
  const repository = await readConfigFiles([joinPath(layout.shared, "config")], subject);
  if (others === undefined || repository === undefined) return undefined;
  const all = [...others, ...repository];
  const perWorktree = last(all, "extensions.worktreeconfig")?.toLowerCase();
  if (perWorktree === undefined || ["false", "no", "off", "0", ""].includes(perWorktree)) {
    return { all, own: repository };
  }
  const worktree = await readConfigFiles(
    [joinPath(layout.gitDirectory, "config.worktree")],
    subject,
  );
  return worktree && { all: [...all, ...worktree], own: [...repository, ...worktree] };
}

async function readHooks(
  layout: Layout,
  settings: readonly Setting[],
  home: string,
): Promise<Pick<GitFacts, "hooks" | "hooksDirectory"> | undefined> {
  const configured = last(settings, "core.hookspath");
  const directory = configured
    ? expandHome(configured, layout.root, home)
    : joinPath(layout.shared, "hooks");
  const names: string[] = [];
  try {
    let count = 0;
    for await (const entry of await opendir(directory)) {
      if (++count > HOOKS_MAX) return undefined;
      if (entry.name.endsWith(".sample")) continue;
      const status = await statusOf(joinPath(directory, entry.name));
      if (status === "unknown") return undefined;
      if (status?.isFile() && (status.mode & 0o111) !== 0) names.push(entry.name);
    }
  } catch (error) {
    const code = errorCode(error);
    if (code !== "ENOENT" && code !== "ENOTDIR") return undefined;
  }
  return { hooks: names.sort(), hooksDirectory: directory };
}

/** Settings whose value git runs, as a program or a shell line. `*` is any subsection. */
const EXECUTES = new RegExp(
  `^(?:${[
    "core\\.(?:fsmonitor|pager|editor|sshcommand|askpass|gitproxy|hookspath|alternaterefscommand)",
    "pager\\..+",
    "sequence\\.editor",
    "interactive\\.difffilter",
    "diff\\.external",
    "diff\\..+\\.(?:command|textconv)",
    "(?:difftool|mergetool|browser|man|guitool)\\..+\\.(?:cmd|path)",
    "merge\\..+\\.driver",
    "filter\\..+\\.(?:clean|smudge|process)",
    "credential(?:\\..+)?\\.helper",
    "gpg(?:\\..+)?\\.program",
    "gpg\\.ssh\\.defaultkeycommand",
    "remote\\..+\\.(?:uploadpack|receivepack|vcs)",
    "protocol(?:\\..+)?\\.allow",
    "hook\\..+\\.command",
    "trailer\\..+\\.(?:command|cmd)",
    "tar\\..+\\.command",
    "uploadpack\\.packobjectshook",
    "gc\\.recentobjectshook",
    "sendemail(?:\\..+)?\\.(?:smtpserver|sendmailcmd|tocmd|cccmd|headercmd)",
    "imap\\.tunnel",
    "init\\.templatedir",
    "web\\.browser|instaweb\\.(?:browser|httpd)|help\\.browser",
    "lfs\\.(?:customtransfer|extension)\\..+\\.(?:path|clean|smudge)",
    "submodule\\..+\\.update",
  ].join("|")})$`,
  "s",
);

/** Settings that change where a push goes and what it takes along, whether a misspelt command is one, and whether git-lfs has been at work. */
const PUSH =
  /^(?:push\..+|help\.autocorrect|lfs\.repositoryformatversion|remote\.pushdefault|remote\..+\.(?:push|mirror|pushurl)|branch\..+\.pushremote|url\..+\.(?:pushinsteadof|insteadof))$/s;

/** What a repository itself logs in with over http, as jobs of CI are given it; kept under one key, whatever address it is for. */
const LOGS_IN = /^http\.(?:.+\.)?extraheader$/s;
const OWN_LOGIN = "http.extraheader";

function describe(
  { all: settings, own }: Settings,
  branch: string | undefined,
): Pick<
  GitFacts,
  "branch" | "upstream" | "remotes" | "movedRemotes" | "aliases" | "executes" | "push"
> {
  const aliases = new Map<string, string>();
  const executes = new Map<string, string>();
  const push = new Map<string, string>();
  const urls = new Map<string, string>();
  for (const { key, value } of settings) {
    const alias = /^alias\.(.+)$/s.exec(key)?.[1];
    if (alias !== undefined) aliases.set(alias, value);
    const runs =
      alias === undefined ? EXECUTES.test(key) && isProgram(key, value) : /^\s*!/.test(value);
    if (runs) collect(executes, key, value, isMultiple(key));
    else if (!isMultiple(key)) executes.delete(key);
    if (PUSH.test(key)) collect(push, key, value, isMultiple(key));
    const remote = /^remote\.(.+)\.url$/s.exec(key)?.[1];
    if (remote !== undefined) collect(urls, remote, value, true);
  }
  const rewrite = urlRewriter(settings);
  const others = urlRewriter(settings.slice(0, settings.length - own.length));
  const movedRemotes = new Set<string>();
  const remotes = new Map<string, string>();
  for (const [name, given] of urls) {
    const addresses = given.split("\n");
    remotes.set(name, addresses.map(rewrite.fetch).join("\n"));
    if (addresses.some((url) => hostOf(rewrite.fetch(url)) !== hostOf(others.fetch(url))))
      movedRemotes.add(name);
    // As soon as one URL is rewritten for pushing, git pushes to the rewritten ones only.
    const rewritten = addresses.flatMap((url) => rewrite.push(url) ?? []);
    const own = push.get(`remote.${name}.pushurl`)?.split("\n").map(rewrite.fetch);
    const pushed = own ?? rewritten;
    if (pushed.length > 0) push.set(`remote.${name}.pushurl`, pushed.join("\n"));
  }
  const upstream = upstreamOf(settings, branch);
  return { branch, upstream, remotes, movedRemotes, aliases, executes, push };
}

function hostOf(url: string): string | undefined {
  return parseDestination(literal(url), "ssh").host;
}

function isProgram(key: string, value: string): boolean {
  const isSwitch = /^(?:true|false|yes|no|on|off|0|1|)$/i.test(value);
  if (key === "core.fsmonitor" || key.startsWith("pager.")) return !isSwitch;
  if (key.endsWith(".update")) return value.startsWith("!");
  if (key === "protocol.allow" || key === "protocol.ext.allow") return !/^never$/i.test(value);
  return !key.startsWith("protocol.") && value !== "";
}

function isMultiple(key: string): boolean {
  return /^(?:credential\..*helper|remote\..+\.(?:push|pushurl)|url\..+|hook\..+)$/s.test(key);
}

function collect(into: Map<string, string>, key: string, value: string, isMany: boolean): void {
  const known = into.get(key);
  into.set(key, isMany && known !== undefined ? `${known}\n${value}` : value);
}

function upstreamOf(
  settings: readonly Setting[],
  branch: string | undefined,
): GitFacts["upstream"] {
  if (branch === undefined) return undefined;
  const remote = last(settings, `branch.${branch}.remote`);
  const merge = last(settings, `branch.${branch}.merge`);
  if (remote === undefined || merge === undefined) return undefined;
  return { remote, branch: merge.replace(/^refs\/heads\//, "") };
}

// The longest prefix that fits is replaced, as git does.
function urlRewriter(settings: readonly Setting[]): {
  fetch: (url: string) => string;
  push: (url: string) => string | undefined;
} {
  const rules = settings.flatMap(({ key, value }) => {
    const found = /^url\.(.*)\.(insteadof|pushinsteadof)$/s.exec(key);
    return found === null || value === "" ? [] : [{ base: found[1] ?? "", kind: found[2], value }];
  });
  const apply = (url: string, kind: string): string | undefined => {
    let best: { base: string; value: string } | undefined;
    for (const rule of rules) {
      if (rule.kind !== kind || !url.startsWith(rule.value)) continue;
      if (best === undefined || rule.value.length > best.value.length) best = rule;
    }
    return best && best.base + url.slice(best.value.length);
  };
  return {
    fetch: (url) => apply(url, "insteadof") ?? url,
    push: (url) => apply(url, "pushinsteadof"),
  };
}

function last(settings: readonly Setting[], key: string): string | undefined {
  return settings.findLast((setting) => setting.key === key)?.value;
}

async function readPointer(path: string): Promise<string | undefined> {
  const read = await readRegularFile(path, POINTER_BYTES_MAX);
  return read?.complete ? new TextDecoder().decode(read.bytes) : undefined;
}

async function statusOf(
  path: string,
  look: (path: string) => Promise<Stats> = stat,
): Promise<Stats | "unknown" | undefined> {
  try {
    return await look(path);
  } catch (error) {
    const code = errorCode(error);
    return code === "ENOENT" || code === "ENOTDIR" || code === "ELOOP" ? undefined : "unknown";
  }
}
