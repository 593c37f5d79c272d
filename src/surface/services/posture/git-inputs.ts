// What an audit asks git: which of the files of interest it follows, which hooks it runs, and where it pushes to.
import { lstatSync, readdirSync, realpathSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import type { GitInput, Seen, SeenFile, SeenTree } from "#assure/posture/inputs/audit-inputs.ts";
import { Failure } from "#base/failure.ts";
import { isOnPath } from "#platform/search-path.ts";
import { askGit, gitParts, hooksDirectory } from "../scan/git.ts";
import { seenFile } from "./seen-file.ts";

/** Hooks of one repository that are looked at, and bytes of one. */
const HOOKS_MAX = 64;
const LOCAL_SETTINGS = ".claude/settings.local.json";
const IGNORED_FILES = ["ls-files", "--others", "--ignored", "--exclude-standard", "--"];
const HOOK_BYTES_MAX = 1024 * 1024;
/** One entry of the index, as `git ls-files --stage` writes it: mode, object, stage, and the path behind a tab. */
const STAGED = /^(\d{6}) [0-9a-f]+ \d\t(.*)$/s;
const EXECUTABLE_ENTRY = "100755";
const EXECUTABLE = 0o111;

/** How git stands at `root`. Nothing that the repository names is run. */
export async function gitInput(
  root: string,
  tree: SeenTree,
  environment: NodeJS.ProcessEnv,
): Promise<Seen<GitInput>> {
  const place = { directory: root, environment };
  const none = { isRepository: false, tracked: () => false, hooks: [], remoteHost: undefined };
  if (isOnPath("git", environment["PATH"]) && !mayBeRepository(root, environment))
    return { kind: "seen", value: none };
  const inside = await askGit(place, ["rev-parse", "--is-inside-work-tree"]);
  if (inside.code === 127) return { kind: "unseen", why: "git is not installed" };
  if (inside.code !== 0 || inside.output.trim() !== "true") {
    return { kind: "seen", value: none };
  }
  try {
    const directory = await hooksDirectory(place);
    const found = hookFiles(root, directory);
    const wanted = new Set([...tree.files.keys(), ...found.map(({ path }) => path)]);
    /** Every path that git follows. */
    const followed = new Set<string>();
    /** Whether each of those of interest is recorded as executable. */
    const tracked = new Map<string, boolean>();
    for await (const part of gitParts(place, ["ls-files", "-z", "--stage"])) {
      const [, mode = "", path = ""] = STAGED.exec(part.toString("utf8")) ?? [];
      followed.add(path);
      if (wanted.has(path)) tracked.set(path, mode === EXECUTABLE_ENTRY);
    }
    const [modes, ignored, remote] = await Promise.all([
      askGit(place, ["config", "--type=bool", "--get", "core.fileMode"]),
      // WHY not `check-ignore`: it takes no literal paths, which is how git is asked here.
      askGit(place, [...IGNORED_FILES, LOCAL_SETTINGS]),
      askGit(place, ["config", "--get", "remote.origin.url"]),
    ]);
    const keepsModes = modes.output.trim() !== "false";
    const recorded = (file: SeenFile) => withRecordedMode(file, tracked.get(file.path), keepsModes);
    const hooks = found.map(recorded);
    const address = remote.code === 0 ? remote.output.trim() : "";
    const [remoteHost, remoteOwner] = [hostOf(address), ownerOf(address)];
    const isTracked = (path: string) => followed.has(path);
    const ignoresLocalSettings = ignored.code === 0 && ignored.output !== "";
    const value = {
      isRepository: true,
      tracked: isTracked,
      recorded,
      ignoresLocalSettings,
      hooks,
      remoteHost,
      remoteOwner,
    };
    return { kind: "seen", value };
  } catch (error) {
    if (error instanceof Failure) return { kind: "unseen", why: error.message };
    throw error;
  }
}

/**
 * A file with the right to be executed that it has in a clone. The disk has a say only against it, and only where git takes modes
 * from it: a file system without modes calls everything executable, or nothing. Links and what git does not follow stay as they are.
 */
function withRecordedMode(
  file: SeenFile,
  isRecordedExecutable: boolean | undefined,
  keepsModes: boolean,
): SeenFile {
  const { mode } = file;
  if (isRecordedExecutable === undefined || mode === undefined || file.isLink) return file;
  const given = keepsModes ? mode & EXECUTABLE : EXECUTABLE;
  const executable = isRecordedExecutable ? given : 0;
  return { ...file, mode: (mode & ~EXECUTABLE) | executable, isRecordedExecutable };
}

/**
 * Whether git could find a repository from a folder: by a variable of its own, by `.git` in it or above, or by the `HEAD` of a
 * bare one. WHY asked first: to start git takes as long as looking at all else of an empty folder.
 */
function mayBeRepository(root: string, environment: NodeJS.ProcessEnv): boolean {
  if (Object.keys(environment).some((name) => name.startsWith("GIT_"))) return true;
  try {
    for (let folder = realpathSync(root); ; folder = dirname(folder)) {
      for (const name of [".git", "HEAD"])
        if (lstatSync(join(folder, name), { throwIfNoEntry: false }) !== undefined) return true;
      if (dirname(folder) === folder) return false;
    }
  } catch {
    return true;
  }
}

function hookFiles(root: string, directory: string | undefined): readonly SeenFile[] {
  if (directory === undefined) return [];
  let names: readonly string[];
  try {
    names = readdirSync(directory).filter((name) => !name.endsWith(".sample"));
  } catch {
    return [];
  }
  return names
    .toSorted()
    .slice(0, HOOKS_MAX)
    .flatMap((name) => {
      const absolute = join(directory, name);
      const path = relative(root, absolute);
      const isInside = !path.startsWith("..");
      const shown = isInside ? path : absolute;
      const place = isInside ? "repository" : "system";
      return seenFile(absolute, { place, path: shown, shown, bytesMax: HOOK_BYTES_MAX }) ?? [];
    });
}

/** The first part of the path of the same forms. */
function ownerOf(url: string): string | undefined {
  return /^(?:[a-z+]+:\/\/[^/]+\/|(?:[^@/:]+@)?[\w.-]+:)([\w.-]+)\/[^/]/i.exec(url)?.[1];
}

/** The host of `https://user@host/path`, `ssh://host/path` and `user@host:path`. */
function hostOf(url: string): string | undefined {
  return (
    /^[a-z+]+:\/\/(?:[^/@]*@)?([^/:]+)/i.exec(url)?.[1] ?? /^(?:[^@/:]+@)?([\w.-]+):/.exec(url)?.[1]
  );
}
