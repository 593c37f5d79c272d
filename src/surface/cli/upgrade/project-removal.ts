// Taking one project out of guard: what would change in its settings and in git's exclusions, and the change itself.
import { realpathSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import {
  readBelow,
  removeFolderIfEmpty,
  replaceBelow,
  type StoredFile,
} from "#govern/settings/deploy.ts";
import { hideTokens } from "#govern/settings/hook-entries.ts";
import {
  type ProjectEntry,
  type Scope,
  withoutProject,
} from "#govern/settings/project-register.ts";
import { RULE_LISTS } from "#govern/settings/rule-lists.ts";
import { hasOurHooks, removeFromSettings, rulesIn } from "#govern/settings/settings-edit.ts";
import { unifiedDiff } from "#govern/settings/unified-diff.ts";
import { homeDirectory } from "#platform/user.ts";
import { readText } from "../../foundation/files/text-file.ts";
import { gitStatus, withoutExclusion } from "../../services/projects/git-exclusion.ts";
import { followProject } from "../../services/projects/followed-project.ts";
import {
  changeProjectRegister,
  readProjectRegister,
} from "../../services/projects/project-register-file.ts";
import { localSettingsPath, userSettingsPath } from "../../services/settings/project-settings.ts";
import { readInstall } from "../../services/installation/install.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { carryOutUndo, planUndo, type RepairUndo } from "../repair/repair-record.ts";

/** What would change in one project. */
export type ProjectRemoval = {
  readonly root: string;
  readonly file: string;
  readonly entry: ProjectEntry | undefined;
  readonly stored: StoredFile | undefined;
  /** Undefined removes the file. */
  readonly text: string | undefined;
  readonly exclude:
    | { readonly file: string; readonly before: string; readonly text: string }
    | undefined;
  /** What an audit repaired, to be put back. */
  readonly repairs: RepairUndo | undefined;
  readonly diff: string;
  readonly notes: readonly string[];
};

/** Which project; with scope `user` the person's own settings, and the directory does not count. */
export type RemovalRequest = { readonly directory: string; readonly scope?: Scope | undefined };

/** Finds what would change. Throws a Failure when the settings or the register cannot be read. */
export async function planRemoval(
  { directory, scope = "project" }: RemovalRequest,
  places: Directories,
  environment: NodeJS.ProcessEnv,
): Promise<ProjectRemoval> {
  const home = environment["HOME"] ?? homeDirectory();
  const root = realOrGiven(scope === "user" ? home : directory);
  const path = scope === "user" ? userSettingsPath : localSettingsPath;
  const file = join(root, path);
  if (scope === "project") followProject(places.projectsFile, root);
  const entry = readProjectRegister(places.projectsFile).find(
    (project) => project.root === root && project.scope === scope,
  );
  const stored = await readBelow(root, file);
  const removed = removeEntries(file, stored, entry, readInstall(places)?.caBundlePath);
  const exclude = await planExclusion({ root, path, entry }, environment);
  const excludeDiff =
    exclude === undefined ? "" : unifiedDiff(exclude.before, exclude.text, ".git/info/exclude");
  const settingsDiff = unifiedDiff(stored?.text, removed.text, path);
  const repairs = scope === "project" ? await planUndo(places, root) : undefined;
  const left = removed.left.map((name) => `\`${name}\` was changed since and is left as it is`);
  const rules = rulesLeft(file, stored, entry);
  const notes = [...left, ...rules, ...(repairs?.notes ?? [])];
  const diff = hideTokens(settingsDiff) + excludeDiff + (repairs?.diff ?? "");
  return { root, file, entry, stored, text: removed.text, exclude, repairs, diff, notes };
}

/** WHY not taken out: without a record nobody can tell our rules from the person's. */
function rulesLeft(
  file: string,
  stored: StoredFile | undefined,
  entry: ProjectEntry | undefined,
): readonly string[] {
  if (entry !== undefined || stored === undefined || stored.text.trim() === "") return [];
  const { length } = hasOurHooks(stored.text, file)
    ? RULE_LISTS.flatMap(({ list }) => rulesIn(stored.text, file, list))
    : [];
  if (length === 0) return [];
  return [
    `the record of what \`init\` wrote is gone, so all ${length} rules in \`permissions.deny\` and \`permissions.ask\` stay, its own too: take out those that you do not want`,
  ];
}

function removeEntries(
  file: string,
  stored: StoredFile | undefined,
  entry: ProjectEntry | undefined,
  caBundlePath: string | undefined,
): { readonly text: string | undefined; readonly left: readonly string[] } {
  if (stored === undefined || stored.text.trim() === "") return { text: stored?.text, left: [] };
  if (entry === undefined && !hasOurHooks(stored.text, file))
    return { text: stored.text, left: [] };
  const removed = removeFromSettings(stored.text, entry?.undo, { file, caBundlePath });
  const isEmpty = removed.text.replace(/\s/g, "") === "{}";
  return isEmpty && entry?.undo.createdFile === true ? { ...removed, text: undefined } : removed;
}

async function planExclusion(
  {
    root,
    path,
    entry,
  }: {
    readonly root: string;
    readonly path: string;
    readonly entry: ProjectEntry | undefined;
  },
  environment: NodeJS.ProcessEnv,
): Promise<ProjectRemoval["exclude"]> {
  const file = entry?.undo.excludeFile;
  if (file === undefined || file === null) return undefined;
  const before = await readText(file);
  const line = await exclusionLine(root, path, environment);
  const text = before === undefined ? undefined : withoutExclusion(before, line);
  return before === undefined || text === undefined ? undefined : { file, before, text };
}

async function exclusionLine(
  root: string,
  path: string,
  environment: NodeJS.ProcessEnv,
): Promise<string> {
  const standing = await gitStatus(root, path, environment);
  return standing.kind === "outside" ? `/${path}` : standing.line;
}

/** Makes the change: the settings first, because hooks whose token is no longer registered would refuse every call. */
export async function carryOutRemoval(plan: ProjectRemoval, places: Directories): Promise<void> {
  const { root, file, stored, text, entry, exclude, repairs } = plan;
  if (stored?.text !== text) await replaceBelow(root, file, { expected: stored, text });
  if (exclude !== undefined) {
    const gitFolder = realpathSync(dirname(dirname(exclude.file)));
    const expected = { text: exclude.before, mode: 0o644 };
    const excludeFile = join(gitFolder, "info", "exclude");
    await replaceBelow(gitFolder, excludeFile, { expected, text: exclude.text });
  }
  if (repairs !== undefined) await carryOutUndo(places, repairs);
  // WHY last: what was repaired may lie in the same folder.
  if (text === undefined && entry?.undo.createdFolder === true) {
    await removeFolderIfEmpty(dirname(file));
  }
  if (entry === undefined) return;
  await changeProjectRegister(places.projectsFile, (projects) => withoutProject(projects, entry));
}

/** A project whose folder is gone can still be taken out of the register. */
function realOrGiven(directory: string): string {
  try {
    return realpathSync(directory);
  } catch {
    return resolve(directory);
  }
}
