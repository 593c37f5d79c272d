// A recipe put into a repository or the managed folder and taken out again: planned whole, shown, then written.
import { chmod, mkdir } from "node:fs/promises";
import { join, relative } from "node:path";
import { Failure } from "#base/failure.ts";
import { quotedForShell } from "#base/shell-quoting.ts";
import {
  readBelow,
  realFolder,
  removeFolderIfEmpty,
  replaceBelow,
  type StoredFile,
} from "#govern/settings/deploy.ts";
import { callsScript, withoutRecipe, withRecipe } from "#govern/recipe/entries.ts";
import type { Recipe } from "#govern/recipe/recipe.ts";
import { markOf, scriptOf } from "#govern/recipe/script.ts";
import { checkSettings } from "#govern/settings/settings-edit.ts";
import { unifiedDiff } from "#govern/settings/unified-diff.ts";

/** A repository, or a managed folder, which has drop-ins and absolute paths. */
export type RecipePlace = { readonly kind: "repository" | "managed"; readonly directory: string };

type Change = {
  readonly path: string;
  readonly expected: StoredFile | undefined;
  readonly text: string | undefined;
  readonly mode: number;
};
/** What would be written, as a diff and notes. */
export type RecipePlan = {
  readonly root: string;
  readonly changes: readonly Change[];
  readonly diff: string;
  readonly notes: readonly string[];
};

type Files = {
  readonly root: string;
  readonly script: string;
  readonly settings: string;
  readonly command: string;
};

const SCRIPT_MODE = 0o755;
const SETTINGS_MODE = 0o644;

/** What puts the recipe in. Throws a Failure where another file stands in the script's place, or settings would be void. */
export async function planInstallation(
  recipe: Recipe,
  place: RecipePlace,
  recordFolder: string | undefined,
): Promise<RecipePlan> {
  const files = await filesOf(recipe, place);
  const script = await readBelow(files.root, files.script);
  const settings = await readBelow(files.root, files.settings);
  const mark = script === undefined ? undefined : markOf(script.text);
  if (script !== undefined && mark?.id !== recipe.id)
    throw new Failure("recipe", `\`${files.script}\` is not of this recipe; move it away`);
  if (mark?.isAsMade === false)
    throw new Failure(
      "recipe",
      `\`${files.script}\` was changed by somebody; move it away to have it made again`,
    );
  const text = scriptOf(recipe, recordFolder);
  const entries = { command: files.command, file: files.settings };
  const added = withRecipe(settings?.text, recipe, entries);
  checkSettings(added, files.settings);
  const isRunnable = script !== undefined && (script.mode & 0o111) === 0o111;
  const changes = [
    ...(script?.text === text && isRunnable
      ? []
      : [{ path: files.script, expected: script, text, mode: SCRIPT_MODE }]),
    ...(settings?.text === added
      ? []
      : [{ path: files.settings, expected: settings, text: added, mode: SETTINGS_MODE }]),
  ];
  return { root: files.root, changes, diff: diffOf(files.root, changes), notes: [] };
}

/** What takes it out. A script that somebody changed stays, and a note says so. */
export async function planRemovalOf(recipe: Recipe, place: RecipePlace): Promise<RecipePlan> {
  const files = await filesOf(recipe, place);
  const script = await readBelow(files.root, files.script);
  const settings = await readBelow(files.root, files.settings);
  const entries = { command: files.command, file: files.settings };
  const left = settings === undefined ? undefined : withoutRecipe(settings.text, recipe, entries);
  const stays = left !== undefined && callsScript(left, files.command, files.settings);
  const mark = script === undefined ? undefined : markOf(script.text);
  const goes = mark?.id === recipe.id && mark.isAsMade && !stays;
  const notes = [
    ...(stays ? ["an entry that was changed still calls the script: both stay"] : []),
    ...(script !== undefined && !goes && !stays
      ? [`${relative(files.root, files.script)} is not as it was made: it stays`]
      : []),
  ];
  const changes: Change[] = [
    ...(settings === undefined || settings.text === left
      ? []
      : [{ path: files.settings, expected: settings, text: left, mode: SETTINGS_MODE }]),
    ...(goes ? [{ path: files.script, expected: script, text: undefined, mode: SCRIPT_MODE }] : []),
  ];
  return { root: files.root, changes, diff: diffOf(files.root, changes), notes };
}

/** Writes a plan: a script before the entry that calls it, an entry away before its script. */
export async function carryOutRecipe({ root, changes }: RecipePlan): Promise<void> {
  for (const { path, expected, text, mode } of changes) {
    await replaceBelow(root, path, { expected, text, mode });
    if (text !== undefined && mode === SCRIPT_MODE) await chmod(path, mode);
    if (text === undefined) await removeFolderIfEmpty(join(path, ".."));
  }
  if (changes.some(({ text }) => text === undefined))
    await removeFolderIfEmpty(join(root, ".claude"));
}

async function filesOf(recipe: Recipe, { kind, directory }: RecipePlace): Promise<Files> {
  const name = `${recipe.id}.sh`;
  if (kind === "managed") {
    await mkdir(directory, { recursive: true });
    const root = await realFolder(directory);
    const script = join(root, "hooks", name);
    const settings = join(root, "managed-settings.d", `60-recipe-${recipe.id}.json`);
    return { root, script, settings, command: quotedForShell(script) };
  }
  const root = await realFolder(directory);
  return {
    root,
    script: join(root, ".claude/hooks", name),
    settings: join(root, ".claude/settings.json"),
    command: `"$CLAUDE_PROJECT_DIR"/.claude/hooks/${name}`,
  };
}

function diffOf(root: string, changes: readonly Change[]): string {
  return changes
    .map(({ path, expected, text }) => unifiedDiff(expected?.text, text, relative(root, path)))
    .join("");
}
