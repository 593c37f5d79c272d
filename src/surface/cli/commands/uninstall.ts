// `sallyport uninstall`: takes out of a project's settings exactly what init put in, and keeps every later edit.
import { realpathSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { defineCommand } from "citty";
import {
  readBelow,
  removeFolderIfEmpty,
  replaceBelow,
  type StoredFile,
} from "#govern/settings/deploy.ts";
import { hideTokens } from "#govern/settings/hook-entries.ts";
import { type ProjectEntry, withoutProject } from "#govern/settings/project-register.ts";
import { hasOurHooks, removeFromSettings } from "#govern/settings/settings-edit.ts";
import { unifiedDiff } from "#govern/settings/unified-diff.ts";
import { readInstall } from "../../daemon/install.ts";
import { dataDirectory, type Directories, directoriesIn } from "../../directories.ts";
import { type ChangeRequest, changeOptions, changeRequest, seekConsent } from "../consent.ts";
import { gitStanding, readText, withoutExclusion } from "../git-exclusion.ts";
import { changeProjectRegister, readProjectRegister } from "../project-register-file.ts";
import { localSettingsPath } from "../project-settings.ts";
import { openTerminal } from "../terminal.ts";

/** What became of it. */
export type UnguardOutcome = {
  readonly kind: "removed" | "nothing" | "planned" | "declined";
  readonly root: string;
  readonly diff: string;
  readonly notes: readonly string[];
};

type Plan = {
  readonly root: string;
  readonly file: string;
  readonly entry: ProjectEntry | undefined;
  readonly stored: StoredFile | undefined;
  /** Undefined removes the file. */
  readonly text: string | undefined;
  readonly exclude:
    | { readonly file: string; readonly before: string; readonly text: string }
    | undefined;
  readonly diff: string;
  readonly notes: readonly string[];
};

/** Takes a project out of guard: shows the change, asks once, writes. Twice is not an error. */
export async function unguardProject(request: ChangeRequest): Promise<UnguardOutcome> {
  const environment = request.environment ?? process.env;
  const places = directoriesIn(request.data ?? dataDirectory(environment));
  const plan = await planRemoval(request.directory, places, environment);
  const { root, diff, notes } = plan;
  const outcome = (kind: UnguardOutcome["kind"]): UnguardOutcome => ({ kind, root, diff, notes });
  if (diff === "" && plan.entry === undefined) return outcome("nothing");
  const consent = await seekConsent(request, plan);
  if (consent !== "given") return outcome(consent);
  await carryOut(plan, places);
  return outcome("removed");
}

/** `sallyport uninstall [directory]`. */
export const uninstallCommand = defineCommand({
  meta: {
    name: "uninstall",
    description: `take out of a project's settings exactly what init put in

  sallyport uninstall                  show the change to this project, ask, make it
  sallyport uninstall ../shop --yes    make it without a question

exit codes: 0 taken out or nothing to do, 1 answered with no, 2 cannot be done`,
  },
  args: changeOptions,
  async run({ args }) {
    const terminal = openTerminal();
    const { kind, root, diff, notes } = await unguardProject(changeRequest(args, terminal));
    if (args.json === true) terminal.print(JSON.stringify({ outcome: kind, root, diff, notes }));
    else terminal.print(closingLine(kind, root));
    if (kind === "declined") process.exitCode = 1;
  },
});

function closingLine(kind: UnguardOutcome["kind"], root: string): string {
  switch (kind) {
    case "removed":
      return `no longer guarded: ${root}; end its running sessions, they still ask and are refused`;
    case "nothing":
      return `not guarded, nothing to do: ${root}`;
    case "planned":
      return "nothing was written (--dry-run)";
    case "declined":
      return "nothing was written";
    default:
      return kind satisfies never;
  }
}

async function planRemoval(
  directory: string,
  places: Directories,
  environment: NodeJS.ProcessEnv,
): Promise<Plan> {
  const root = realOrGiven(directory);
  const file = join(root, localSettingsPath);
  const entry = readProjectRegister(places.projectsFile).find((project) => project.root === root);
  const stored = await readBelow(root, file);
  const removed = removeEntries(file, stored, entry, readInstall(places)?.caBundlePath);
  const exclude = await planExclusion(root, entry, environment);
  const excludeDiff =
    exclude === undefined ? "" : unifiedDiff(exclude.before, exclude.text, ".git/info/exclude");
  const settingsDiff = unifiedDiff(stored?.text, removed.text, localSettingsPath);
  const notes = removed.left.map((name) => `\`${name}\` was changed since and is left as it is`);
  const diff = hideTokens(settingsDiff) + excludeDiff;
  return { root, file, entry, stored, text: removed.text, exclude, diff, notes };
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
  root: string,
  entry: ProjectEntry | undefined,
  environment: NodeJS.ProcessEnv,
): Promise<Plan["exclude"]> {
  const file = entry?.undo.excludeFile;
  if (file === undefined || file === null) return undefined;
  const before = await readText(file);
  const line = await exclusionLine(root, environment);
  const text = before === undefined ? undefined : withoutExclusion(before, line);
  return before === undefined || text === undefined ? undefined : { file, before, text };
}

async function exclusionLine(root: string, environment: NodeJS.ProcessEnv): Promise<string> {
  const standing = await gitStanding(root, localSettingsPath, environment);
  return standing.kind === "outside" ? `/${localSettingsPath}` : standing.line;
}

/** The settings first: hooks whose token is no longer registered would refuse every call. */
async function carryOut(plan: Plan, places: Directories): Promise<void> {
  const { root, file, stored, text, entry, exclude } = plan;
  if (stored?.text !== text) await replaceBelow(root, file, { expected: stored, text });
  if (text === undefined && entry?.undo.createdFolder === true) {
    await removeFolderIfEmpty(dirname(file));
  }
  if (exclude !== undefined) {
    const gitFolder = realpathSync(dirname(dirname(exclude.file)));
    const expected = { text: exclude.before, mode: 0o644 };
    const excludeFile = join(gitFolder, "info", "exclude");
    await replaceBelow(gitFolder, excludeFile, { expected, text: exclude.text });
  }
  if (entry === undefined) return;
  await changeProjectRegister(places.projectsFile, (projects) => withoutProject(projects, root));
}

/** A project whose folder is gone can still be taken out of the register. */
function realOrGiven(directory: string): string {
  try {
    return realpathSync(directory);
  } catch {
    return resolve(directory);
  }
}
