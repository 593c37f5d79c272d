// What an audit sees of a home directory, the client's managed folder and other places of the machine: named files only.
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import {
  START_FILES,
  START_FOLDERS,
  START_NAMES,
  SYSTEM_START_FILES,
  SYSTEM_START_FOLDERS,
  SYSTEM_START_NAMES,
} from "#assure/posture/inputs/start-files.ts";
import type { Place, SeenFile, SeenTree } from "#assure/posture/inputs/audit-inputs.ts";
import { readIni } from "#assure/posture/texts/ini.ts";
import type { Unseen } from "#assure/scan/scan-finding.ts";
import { deadFiles } from "../settings/managed-places.ts";
import { seenFile } from "./seen-file.ts";

/** Files of a home directory whose text is read. The client's own state grows with each project. */
const HOME_TEXTS = [
  ...[".claude/settings.json", ".claude/settings.local.json", ".claude/CLAUDE.md", ".claude.json"],
  ...[".claude/.mcp.json", ".claude/plugins/installed_plugins.json", ".gitconfig"],
  ...[".config/git/config", ".huskyrc", ".config/husky/init.sh"],
  ...[".claude/plugins/known_marketplaces.json", ".config/git/ignore", ".gitignore_global"],
  ...START_NAMES,
];
/** Files whose mode and owner matter and whose text is a secret's. */
const HOME_NAMES = [
  ...[".claude/.credentials.json", ".netrc", ".npmrc", ".pypirc", ".aws/credentials", ".pgpass"],
  ...[".ssh/id_rsa", ".ssh/id_ed25519", ".ssh/id_ecdsa", ".kube/config", ".docker/config.json"],
  ...[".config/gcloud/application_default_credentials.json", ".azure/accessTokens.json"],
  ...[".config/gh/hosts.yml", ".git-credentials"],
];
/** Folders of a home directory whose files are read, two levels deep. */
const HOME_FOLDERS = [
  ...[".claude/hooks", ".claude/agents", ".claude/commands", ".claude/skills", ".claude/roles"],
];
/** Folders of a home directory of whose files only the rights matter: what was said in sessions. */
const HOME_TRANSCRIPTS = [".claude/projects", ".claude/file-history"];
const SNAPSHOTS = ".claude/shell-snapshots";
/** Snapshots that are read, the latest ones: their names hold the time at which they were made. */
const SNAPSHOTS_MAX = 5;
const FOLDER_FILES_MAX = 500;
const TEXT_BYTES_MAX = 2 * 1024 * 1024;
const STATE_BYTES_MAX = 16 * 1024 * 1024;

/** A tree, and what of it could not be looked at. */
export type NamedTree = { readonly tree: SeenTree; readonly unseen: readonly Unseen[] };

/** The home directory, as far as the client and credentials go. */
export function homeTree(home: string): NamedTree {
  const folders = HOME_FOLDERS.flatMap((folder) => filesBelow(home, folder, 2));
  const texts = [...HOME_TEXTS, ...folders, ...startFiles(home)].map((path) => ({
    path,
    bytesMax: path === ".claude.json" ? STATE_BYTES_MAX : TEXT_BYTES_MAX,
  }));
  const snapshots = filesBelow(home, SNAPSHOTS, 0)
    .slice(-SNAPSHOTS_MAX)
    .map((path) => ({ path, bytesMax: TEXT_BYTES_MAX }));
  const hooks = gitHooks(home).map((path) => ({ path, bytesMax: TEXT_BYTES_MAX }));
  const transcripts = HOME_TRANSCRIPTS.flatMap((folder) => filesBelow(home, folder, 2));
  const names = [...HOME_NAMES, ".claude/history.jsonl", ...transcripts].map((path) => ({
    path,
    bytesMax: 0,
  }));
  return treeOf([...texts, ...hooks, ...snapshots, ...names], {
    place: "home",
    root: home,
    shown: "~",
  });
}

/** Hooks for all repositories of a person, where git's configuration names a folder of the home directory for them. */
function gitHooks(home: string): readonly string[] {
  return [".gitconfig", ".config/git/config"].flatMap((path) => {
    const file = seenFile(join(home, path), {
      place: "home",
      path,
      shown: path,
      bytesMax: TEXT_BYTES_MAX,
    });
    return readIni(file?.text ?? "")
      .filter(
        ({ section, key, value }) =>
          section === "core" && key === "hookspath" && /^~\/[^.]|^~\/\.[^./]/.test(value),
      )
      .flatMap(({ value }) => filesBelow(home, value.slice(2).replace(/\/$/, ""), 0));
  });
}

/** The client's managed folder, drop-ins included. */
export function managedTree(directory: string): NamedTree {
  const paths = filesBelow(directory, "", 2).map((path) => ({ path, bytesMax: TEXT_BYTES_MAX }));
  return treeOf(paths, { place: "managed", root: directory, shown: directory });
}

/** Start-up files in folders. */
function startFiles(home: string): readonly string[] {
  return START_FOLDERS.flatMap((folder) => filesBelow(home, folder, 2)).filter((path) =>
    START_FILES.test(path),
  );
}

/** Dead files, start-up files of the machine, and scripts elsewhere that settings name. */
export function systemTree(scripts: readonly string[]): NamedTree {
  const taken = SYSTEM_START_FOLDERS.flatMap((folder) => filesBelow("", folder, 0));
  const started = [...SYSTEM_START_NAMES, ...taken].filter((path) => SYSTEM_START_FILES.test(path));
  const paths = [...new Set([...deadFiles(), ...started, ...scripts])].map((path) => ({
    path,
    bytesMax: TEXT_BYTES_MAX,
  }));
  return treeOf(paths, { place: "system", root: "", shown: "/" });
}

function treeOf(
  wanted: readonly { readonly path: string; readonly bytesMax: number }[],
  { place, root, shown }: { readonly place: Place; readonly root: string; readonly shown: string },
): NamedTree {
  const files = new Map<string, SeenFile>();
  const unseen: Unseen[] = [];
  for (const { path, bytesMax } of wanted) {
    const named = place === "system" ? path : `${shown}/${path}`;
    const absolute = place === "system" ? path : join(root, path);
    const taken = seenFile(absolute, { place, path, shown: named, bytesMax });
    if (taken === undefined) continue;
    const file = place === "home" ? { ...taken, mode: reachableMode(taken, root) } : taken;
    files.set(path, file);
    if (file.text === undefined && bytesMax > 0)
      unseen.push({ what: named, why: file.why ?? "it cannot be read" });
  }
  const isWhole = unseen.length === 0;
  return { tree: { shown, files, entries: files.size, isWhole }, unseen };
}

/** Rights of a file as far as others get to it: a folder above that they may not enter keeps them from it. */
function reachableMode({ mode, path }: SeenFile, root: string): number | undefined {
  if (mode === undefined) return undefined;
  const parts = path.split("/").slice(0, -1);
  const folders = [root, ...parts.map((_, index) => join(root, ...parts.slice(0, index + 1)))];
  return folders.reduce((left, folder) => {
    const own = statSync(folder, { throwIfNoEntry: false })?.mode ?? 0o777;
    const group = (own & 0o010) === 0 ? 0o070 : 0;
    const others = (own & 0o001) === 0 ? 0o007 : 0;
    return left & ~(group | others);
  }, mode);
}

function filesBelow(root: string, folder: string, levels: number): readonly string[] {
  const found: string[] = [];
  const waiting = [{ path: folder, level: 0 }];
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const { path, level } = next;
    for (const entry of listOrNothing(join(root, path))) {
      const below = path === "" ? entry.name : `${path}/${entry.name}`;
      if (entry.isDirectory() && level < levels) waiting.push({ path: below, level: level + 1 });
      else if (!entry.isDirectory()) found.push(below);
      if (found.length >= FOLDER_FILES_MAX) return found;
    }
  }
  return found;
}

function listOrNothing(path: string) {
  try {
    return readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    return [];
  }
}
