// What a held call left for programs outside to run: files that something starts by itself, and settings and hooks of repositories (decision 0046).
import {
  existsSync,
  lstatSync,
  opendirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  type Stats,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { GIT_FILES, HOOK_NAMES } from "#guard/effects/paths/git-files.ts";
import { baseName, isWithin, joinPath, parentPath } from "#base/path.ts";
import { printable } from "#base/printable.ts";
import { type OpenDirectory, openBelow } from "#platform/open-below.ts";
import { parseConfig, type Setting } from "../facts/git/git-config.ts";
import { includedFiles } from "../facts/git/included-settings.ts";
import { settingsLinks } from "../facts/linked-settings.ts";
import { realOf } from "../../foundation/files/path-status.ts";
import { statusAt } from "../../foundation/files/picture.ts";
import type { FoundPlaces } from "./places/found-places.ts";
import { gitDirectoryOf, modulesOf } from "./places/git-places.ts";

/** One thing that programs outside would run. `id` tells it from another one in its place. Paths are absolute. */
export type Leaving = {
  readonly id: string;
  readonly path: string;
  /** Settings that name programs; missing for what runs as a whole. */
  readonly keys?: readonly string[];
};

type Repository = FoundPlaces["repositories"][number];

/** Repositories of one project into which is looked; of more, each is a leaving as a whole. */
const REPOSITORIES_MAX = 4_096;
const CONFIG_BYTES_MAX = 256 * 1024;
/** Files of one directory of hooks; one with more is a leaving as a whole. */
const HOOKS_MAX = 1_024;
const TEXT_MAX = 4_096;

/** All of it in a project. `isTheirs` tells repositories that no call can change where it matters. */
export function leavingsIn(
  found: FoundPlaces,
  projectRoot: string,
  isTheirs: (repository: Repository) => boolean,
): ReadonlyMap<string, Leaving> {
  const leavings = new Map<string, Leaving>();
  const add = (leaving: Leaving): void => {
    leavings.set(leaving.id, leaving);
  };
  // Of a directory that is kept as a whole the directory alone: all in it is as new as it is.
  const kept = [...found.kept, ...found.hiddenRuns].toSorted(
    (one, other) => one.length - other.length,
  );
  const tops = new Set<string>();
  for (const path of kept) {
    // WHY not the client's own directory: every profile keeps it, and it is made for that where it is missing.
    if (hasAbove(tops, path, projectRoot) || path === join(projectRoot, ".claude")) continue;
    tops.add(path);
    const status = seenAt(path);
    // WHY of a link by its last change and where it leads: what is kept is what lies behind it, if anything does.
    const state = status?.isSymbolicLink() === true ? `:${stateOf(status)}:${realOf(path)}` : "";
    add({ id: `file:${path}${state}`, path });
  }
  // WHY where each leads: what lay nowhere when the call began could not be kept.
  for (const { path, to } of settingsLinks(join(projectRoot, ".claude")))
    add({ id: `file:${path}:${realOf(path) === to ? to : ""}`, path });
  // WHY by their last change: nothing keeps a call from changing what lies there already.
  for (const path of [...found.startLinks, ...found.inPackages.starts])
    for (const leaving of wholeFile(path, "changed")) add(leaving);
  let count = 0;
  const look = (places: GitDirectories): void => {
    const pointers = places.own === places.common ? pointersIn(places.own) : [];
    const isLooked = ++count <= REPOSITORIES_MAX;
    for (const leaving of isLooked ? [...leavingsOf(places), ...pointers] : wholeFile(places.own))
      add(leaving);
  };
  const theirs = found.repositories.filter(isTheirs);
  const isOwn = new Set(theirs);
  const ways = waysOut(theirs, projectRoot);
  for (const repository of [...found.repositories, ...found.inPackages.repositories]) {
    // WHY of the person's as well: what their settings include lies in the project as any file.
    for (const path of includedIn(repository, projectRoot))
      for (const leaving of settingsIn(path)) add(leaving);
    // WHY of the person's as well: one of these makes another repository of it, of which all is looked for elsewhere.
    for (const leaving of pointersIn(repository.gitDirectory)) add(leaving);
    const places = directoriesOf(repository, projectRoot);
    if (places === undefined) for (const leaving of ways(repository)) add(leaving);
    else if (!isOwn.has(repository)) look(places);
    // WHY of the person's as well: only a folder that its name tells is kept from change.
    for (const leaving of places === undefined ? [] : chosenHooks(places.common, repository.root))
      if (isWithin(projectRoot, leaving.path) && !hasAbove(tops, leaving.path, projectRoot))
        add(leaving);
    // A submodule that git did not make yet, too: git takes what lies there for its repository.
    for (const module of places === undefined ? [] : modulesOf(places.common, REPOSITORIES_MAX))
      look({ own: module, common: module });
  }
  for (const path of [...found.bare, ...found.inPackages.bare]) look({ own: path, common: path });
  return leavings;
}

/**
 * Tells of files and links that lead git out of the project: whoever makes what lies there decides what git runs, and a temporary
 * folder is anybody's. `theirs`: repositories of the person's; what leads into one of those git made.
 */
function waysOut(
  theirs: readonly Repository[],
  projectRoot: string,
): (repository: Repository) => readonly Leaving[] {
  let homes: readonly string[] | undefined;
  return ({ root, gitDirectory }) => {
    const status = seenAt(gitDirectory);
    if (status === undefined || status.isDirectory()) return [];
    const to = leadsTo(root, gitDirectory, status.isSymbolicLink());
    if (to === undefined || isWithin(projectRoot, to)) return [];
    homes ??= theirs.flatMap((one) => gitDirectoryOf(one.root, one.gitDirectory) ?? []);
    if (homes.some((home) => isWithin(home, to))) return [];
    return [{ id: `way:${gitDirectory}:${to}`, path: gitDirectory }];
  };
}

/** Where a file or link by the name of a repository leads; undefined where git would follow none. */
function leadsTo(root: string, gitDirectory: string, isLink: boolean): string | undefined {
  try {
    const text = isLink
      ? readlinkSync(gitDirectory)
      : /^gitdir: (.+)$/m.exec(gitFileText(gitDirectory))?.[1]?.trim();
    if (text === undefined) return undefined;
    const to = joinPath(root, text);
    return realOf(to) ?? to;
  } catch {
    return undefined;
  }
}

/** Whether one of `tops` lies above a path of the project. */
export function hasAbove(tops: ReadonlySet<string>, path: string, projectRoot: string): boolean {
  for (
    let at = parentPath(path);
    isWithin(projectRoot, at) && at !== projectRoot;
    at = parentPath(at)
  )
    if (tops.has(at)) return true;
  return false;
}

/** Where a repository keeps what is its own and what its working trees share. */
type GitDirectories = { readonly own: string; readonly common: string };

/** Follows `.git` as git does; undefined where it leads out of the project, to what no call can change. */
function directoriesOf(
  { root, gitDirectory }: Repository,
  projectRoot: string,
): GitDirectories | undefined {
  try {
    let own = realOf(gitDirectory);
    if (own === undefined) return undefined;
    if (seenAt(own)?.isDirectory() !== true) {
      const to = /^gitdir: (.+)$/m.exec(gitFileText(own))?.[1];
      if (to === undefined) return undefined;
      own = realOf(joinPath(root, to.trim()));
      if (own === undefined) return undefined;
    }
    const file = join(own, "commondir");
    const common = existsSync(file)
      ? realpathSync.native(joinPath(own, gitFileText(file).trim()))
      : own;
    return isWithin(projectRoot, common) || isWithin(projectRoot, own)
      ? { own, common }
      : undefined;
  } catch {
    return undefined;
  }
}

/** Files of the project that a repository's settings include. */
function includedIn({ root, gitDirectory }: Repository, projectRoot: string): readonly string[] {
  const books = gitDirectoryOf(root, gitDirectory);
  if (books === undefined) return [];
  const settings = ["config", "config.worktree"].map((name) => join(books, name));
  return includedFiles(settings).filter((path) => isWithin(projectRoot, path));
}

function leavingsOf({ own, common }: GitDirectories): readonly Leaving[] {
  const files = new Map([
    [join(own, "config.worktree"), "settings"],
    ...GIT_FILES.filter(({ made }) => made !== "never").map(
      ({ name, is }) => [join(common, name), is] as const,
    ),
  ]);
  return [
    ...[...files].flatMap(([path, is]) => (is === "settings" ? settingsIn(path) : wholeFile(path))),
    ...hooksIn(join(common, "hooks")),
  ];
}

/** Files that git never makes in the directory of a repository: they would lead it to settings of anybody. */
function pointersIn(gitDirectory: string): readonly Leaving[] {
  // WHY not of a file or link: that leads to a directory of a working tree, where git makes them.
  if (seenAt(gitDirectory)?.isDirectory() !== true) return [];
  return GIT_FILES.filter(({ made }) => made === "never").flatMap(({ name }) =>
    wholeFile(join(gitDirectory, name)),
  );
}

/** A file, link or directory as it is; with `by`, another one after each change. */
function wholeFile(path: string, by?: "changed"): readonly Leaving[] {
  const status = seenAt(path);
  if (status === undefined) return [];
  return [{ id: `file:${path}${by === undefined ? "" : `:${stateOf(status)}`}`, path }];
}

/** What lies at a path, or behind it; undefined where nothing can be reached: nobody obeys it there, and it is new once it can be. */
export function seenAt(
  path: string,
  look: (path: string) => Stats | undefined = statusAt,
): Stats | undefined {
  try {
    return look(path);
  } catch {
    return undefined;
  }
}

function stateOf({ ino, ctimeMs }: Stats): string {
  return `${ino}:${ctimeMs}`;
}

/** What a file of settings has git run; a file that cannot be read as git does has it run anything. */
function settingsIn(path: string): readonly Leaving[] {
  if (seenAt(path) === undefined) return [];
  const settings = readSettings(path);
  if (settings === undefined) return [{ id: `settings:${path}`, path, keys: [] }];
  const keys = settings.filter((one) => isUnwanted(one, path));
  return keys.map(({ key, value }) => ({
    id: `settings:${path}:${key}=${value}`,
    path,
    keys: [key],
  }));
}

function readSettings(path: string): readonly Setting[] | undefined {
  try {
    const status = statSync(path);
    if (!status.isFile() || status.size > CONFIG_BYTES_MAX) return undefined;
    return parseConfig(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}

function hooksIn(directory: string): readonly Leaving[] {
  const own = seenAt(directory);
  const names = namesIn(directory, HOOKS_MAX + 1);
  // A link leads to hooks that nobody looks at when they come.
  if (own?.isSymbolicLink() === true || names.length > HOOKS_MAX) return wholeFile(directory);
  return names.flatMap((name) => {
    if (/\.(?:sample|held\d*)$/.test(name)) return [];
    const path = join(directory, name);
    const status = seenAt(path, (one) => statSync(one, { throwIfNoEntry: false }));
    const runs = status?.isFile() === true && (status.mode & 0o111) !== 0;
    return runs ? [{ id: `hook:${path}:${stateOf(status)}`, path }] : [];
  });
}

/** Hooks where settings of a repository say that they lie: a folder that may hold other programs too. */
function chosenHooks(common: string, root: string): readonly Leaving[] {
  const settings = readSettings(join(common, "config")) ?? [];
  const chosen = settings.findLast(({ key }) => key === "core.hookspath")?.value;
  if (chosen === undefined) return [];
  return hooksIn(joinPath(root, chosen)).filter(({ path }) => HOOK_NAMES.includes(baseName(path)));
}

/** Names in a directory, up to a bound: as many as anybody likes may be there. */
function namesIn(directory: string, max: number): readonly string[] {
  const names: string[] = [];
  try {
    const open = opendirSync(directory);
    try {
      for (let entry = open.readSync(); entry !== null; entry = open.readSync()) {
        if (names.length >= max) break;
        names.push(entry.name);
      }
    } finally {
      open.closeSync();
    }
  } catch {
    // It is no directory, or cannot be read.
  }
  return names;
}

/** Keys whose value git runs, or that lead it to what it runs, in every repository (git-config(1)). */
const PROGRAM_KEY =
  /^(?:core\.(?:sshcommand|editor|pager|askpass|gitproxy|alternaterefscommand|hookspath)|sequence\.editor|diff\.external|(?:diff\..*\.)(?:command|textconv)|merge\..*\.driver|gpg\.(?:.*\.)?program|gpg\.ssh\.defaultkeycommand|trailer\..*\.(?:command|cmd)|(?:diff|merge|gui)tool\..*\.(?:cmd|path)|interactive\.difffilter|uploadpack\.packobjectshook|tar\..*\.command|sendemail\..*|imap\.tunnel|(?:man|browser|web|instaweb)\..*|remote\..*\.(?:uploadpack|receivepack|vcs)|hook\..*|include(?:if\..*)?\.path|init\.templatedir|gc\.recentobjectshook|lfs\.(?:customtransfer|extension)\..*|protocol\.(?:.*\.)?allow)$/;
/** What `git lfs install` and its like write: known programs, whose work every clone of such a project needs. */
const KNOWN_FILTER =
  /^git-(?:lfs|crypt|annex) (?:clean|smudge|filter-process|process|smudge --skip)(?: --)?(?: %f| "%f")?$/;

/** A helper of git's own name with plain words: git gives every other one to a shell, whatever it begins with. */
const PLAIN_HELPER = /^(?:[a-z][a-z0-9-]*(?: [\w.,:=@%+~/-]+)*)?$/i;
/** Another name for shell text, for a setting or a place of programs, or for a verb that is told what to run. */
const RUNNING_ALIAS =
  /^[!-]|(?:^|\s)(?:-[a-z]*x|-O|--(?:exec|extcmd|tool|open-files-in-pager|upload-pack|receive-pack|config|template)(?=[\s=]|$)|-u(?=\s))|^(?:bisect\s+run|submodule\s+foreach|for-each-repo|filter-branch|difftool|mergetool|config)\b|[`$'"\\]/;

/** Whether a setting of the file at a path gives git another's program, or others' files. */
function isUnwanted(setting: Setting, path: string): boolean {
  return runsProgram(setting) || leadsAway(setting, path);
}

/**
 * Whether git would take files elsewhere for those of the repository, so that a reset there writes over them. Only submodules have
 * such a setting, for a place in the repository around them; those of further working trees lie where those do.
 */
function leadsAway({ key, value }: Setting, path: string): boolean {
  if (key !== "core.worktree" || path.includes("/.git/worktrees/")) return false;
  const cut = path.indexOf("/.git/");
  const around = path.slice(0, Math.max(cut, 0));
  const place = joinPath(parentPath(path), value);
  // WHY where it leads too: git follows a link that code made there.
  const [real, own] = [realOf(place) ?? place, realOf(around) ?? around];
  return cut < 0 || !isWithin(around, place) || !isWithin(own, real);
}

/** Whether a setting has git run a program of somebody's choice. */
function runsProgram({ key, value }: Setting): boolean {
  const isSwitch = /^(?:true|yes|on|1|false|no|off|0|)$/i.test(value);
  if (key === "core.fsmonitor" || key.startsWith("pager.")) return !isSwitch;
  if (/^filter\..*\.(?:clean|smudge|process)$/.test(key)) return !KNOWN_FILTER.test(value);
  if (/^credential\.(?:.*\.)?helper$/.test(key)) return !PLAIN_HELPER.test(value.trim());
  if (key.startsWith("alias.")) return RUNNING_ALIAS.test(value.trim());
  if (/^submodule\..*\.update$/.test(key)) return value.trim().startsWith("!");
  if (/^(?:remote\..*\.(?:push)?url|url\..*\.(?:push)?insteadof)$/.test(key))
    return value.startsWith("ext::") || key.startsWith("url.ext::");
  return PROGRAM_KEY.test(key);
}

/** What became of a leaving. */
export type SetAside = { readonly leaving: Leaving; readonly to: string | undefined };

/**
 * Takes a leaving out of use: it gets another name beside it, and of settings a file without those that run programs stays.
 * `to` is undefined where that did not work. WHY by open directories: a process that the call left may put a link in place of
 * a directory at any time, and what lies behind one is nobody's to move.
 */
export function setAside(leaving: Leaving, projectRoot: string): SetAside {
  const { path, keys } = leaving;
  const directory = parentPath(path);
  let open: OpenDirectory | undefined;
  try {
    if (!isWithin(projectRoot, directory)) return { leaving, to: undefined };
    const steps = directory.slice(projectRoot.length).split("/").filter(Boolean);
    open = openBelow(projectRoot, steps);
    const inside = open.at;
    const name = path.slice(directory.length + 1);
    const aside = freeName(name, inside);
    const settings = keys === undefined ? undefined : (readSettings(inside(name)) ?? []);
    renameSync(inside(name), inside(aside));
    if (settings !== undefined)
      writeFileSync(inside(name), settingsText(settings.filter((one) => !isUnwanted(one, path))), {
        flag: "wx",
      });
    return { leaving, to: join(directory, aside) };
  } catch {
    return { leaving, to: undefined };
  } finally {
    open?.close();
  }
}

const ASIDE_MAX = 99;

function freeName(name: string, inside: (name: string) => string): string {
  for (let count = 1; count < ASIDE_MAX; count++) {
    const aside = `${name}.held${count === 1 ? "" : count}`;
    if (lstatSync(inside(aside), { throwIfNoEntry: false }) === undefined) return aside;
  }
  return `${name}.held${ASIDE_MAX}`;
}

/** Settings as a file of git's. Of a file that nobody could read only what every repository needs. */
function settingsText(settings: readonly Setting[]): string {
  const all =
    settings.length > 0
      ? settings
      : [
          { key: "core.repositoryformatversion", value: "0" },
          { key: "core.bare", value: "false" },
        ];
  const quoted = (text: string): string =>
    `"${text.replace(/[\\"]/g, "\\$&").replaceAll("\n", "\\n").replaceAll("\t", "\\t")}"`;
  return all
    .map(({ key, value }) => {
      const [first, last] = [key.indexOf("."), key.lastIndexOf(".")];
      const below =
        first === last ? "" : ` "${key.slice(first + 1, last).replace(/[\\"]/g, "\\$&")}"`;
      return `[${key.slice(0, first)}${below}]\n\t${key.slice(last + 1)} = ${quoted(value)}\n`;
    })
    .join("");
}

/** Things that are told one by one. */
const TOLD_MAX = 4;

/** What became of new things, in words for the agent. `isTheirs`: a person said yes to the call, so that they were left. */
export function leftText(
  found: readonly SetAside[],
  { projectRoot, isLeft }: { readonly projectRoot: string; readonly isLeft: boolean },
): string {
  const shown = (path: string): string =>
    `\`${printable(isWithin(projectRoot, path) ? path.slice(projectRoot.length + 1) : path)}\``;
  const lines = found.slice(0, TOLD_MAX).map(({ leaving: { path, keys }, to }) => {
    const what =
      keys === undefined
        ? `${shown(path)} is new, and programs outside run it by themselves`
        : `${shown(path)} has git run programs outside${keys.length === 0 ? "" : `: \`${printable(keys.join("`, `"))}\``}`;
    if (isLeft) return `${what}. It was left as it is: tell the person`;
    if (to === undefined) return `${what}. It could not be set aside: tell the person at once`;
    return keys === undefined
      ? `${what}, so it was set aside as ${shown(to)}. Ask the person to look at it and to move it back`
      : `${what}, so that was taken out; ${shown(to)} is the file as it was. Ask the person`;
  });
  const more = found.length - lines.length;
  return `held by sallyport: ${lines.join("; ")}${more > 0 ? `; and ${more} more` : ""}.`;
}

function gitFileText(path: string): string {
  return readFileSync(path, "utf8").slice(0, TEXT_MAX);
}
