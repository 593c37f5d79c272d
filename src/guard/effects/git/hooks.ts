// Programs that a repository makes git run: its hooks, and settings of its own configuration.
import { ownValue } from "#base/own-value.ts";
import { baseName, cleanPath, isWithin, joinPath, parentPath } from "#base/path.ts";
import type { GitFacts } from "../../facts/facts.ts";
import { knownPrefix, type Text, textOf } from "../../shell/values/text.ts";
import type { Consequence, ModelContext } from "../model/command-model.ts";
import { executes, type GitCall, type Repository } from "./call.ts";
import { isGuarded, runsHook } from "./hook-texts.ts";
import { areEditorsOfVariablesIdle, runsFromVariables } from "./variables.ts";

/** Hooks by the subcommands that run them, besides those that any change of index or references runs. */
const HOOKS: Readonly<Record<string, string>> = {
  commit: "pre-commit prepare-commit-msg commit-msg post-commit post-rewrite",
  merge: "pre-merge-commit prepare-commit-msg commit-msg post-merge post-checkout",
  pull: "pre-merge-commit prepare-commit-msg commit-msg post-merge post-checkout pre-rebase post-rewrite",
  push: "pre-push",
  checkout: "post-checkout",
  switch: "post-checkout",
  worktree: "post-checkout",
  stash: "post-checkout",
  bisect: "post-checkout",
  rebase:
    "pre-rebase post-rewrite post-checkout prepare-commit-msg commit-msg pre-commit post-commit applypatch-msg pre-applypatch post-applypatch",
  am: "applypatch-msg pre-applypatch post-applypatch",
  "cherry-pick": "prepare-commit-msg commit-msg post-commit",
  revert: "prepare-commit-msg commit-msg post-commit",
  gc: "pre-auto-gc",
  maintenance: "pre-auto-gc",
  "send-email": "sendemail-validate",
};

/** Hooks of subcommands that change the index or references. */
const ALWAYS = ["post-index-change", "reference-transaction", "fsmonitor-watchman"];

/** Subcommands that talk to remotes. */
const REMOTE =
  /^(?:push|pull|fetch|clone|ls-remote|remote|submodule|lfs|send-email|svn|request-pull)$/;

/** `--no-verify` where the hook is sallyport's: what the commit or push brings is looked at by nobody. */
const SKIPS_GUARD: Consequence = {
  kind: "effect",
  effect: { kind: "tamper", control: "sallyport", target: undefined },
};

/** Hooks in which sallyport's lines stand once they are installed. */
const GUARDING: readonly string[] = ["pre-commit", "commit-msg", "pre-push"];

/** Consequences of a call that leads git past our hooks in another way than its option: where they are in force, a control is lifted. */
export function liftsGuard(
  repository: Repository,
  context: ModelContext,
  hooks: readonly string[] = GUARDING,
): readonly Consequence[] {
  if (typeof repository !== "object") return [];
  const isInForce = hooks.some(
    (hook) => repository.hooks.includes(hook) && isGuarded(hook, repository, context),
  );
  return isInForce ? [SKIPS_GUARD] : [];
}

/**
 * What settings of one call do to our hooks: `core.hooksPath` has git look elsewhere for those that the subcommand runs. Without
 * `isKnown` the subcommand may be an alias for any.
 */
export function settingsLiftGuard(
  settings: readonly Text[],
  { name, repository, context }: Pick<GitCall, "name" | "repository" | "context">,
  isKnown: boolean,
): readonly Consequence[] {
  const isMoved = settings.some((setting) => {
    const isPath = /^core\.hookspath(?:=|$)/i.test(knownPrefix(setting));
    return isPath && !namesHooks(textOf(setting)?.replace(/^[^=]*=/, ""), repository);
  });
  if (!isMoved) return [];
  const run = ownValue(HOOKS, name)?.split(" ") ?? [];
  const hooks = isKnown ? GUARDING.filter((hook) => run.includes(hook)) : GUARDING;
  return liftsGuard(repository, context, hooks);
}

/** Whether a value of `core.hooksPath` is the folder that git looks into anyway. */
export function namesHooks(value: string | undefined, repository: Repository): boolean {
  if (value === undefined || typeof repository !== "object") return false;
  const path = value.startsWith("/") ? cleanPath(value) : joinPath(repository.root, value);
  return path === repository.hooksDirectory;
}

/** The programs that this call makes git run. */
export function runsPrograms(
  { name, repository, context }: Pick<GitCall, "name" | "repository" | "context">,
  isLooking: boolean,
  skipsHooks: boolean,
): readonly Consequence[] {
  const books = typeof repository === "object" ? repository.gitDirectory : ".git";
  const found = [...runsFromVariables((key) => isUsed(key, name, isLooking), books, context)];
  if (typeof repository !== "object") return found;
  for (const key of repository.executesOwn)
    if (isUsed(key, name, isLooking)) found.push(executes(`git configuration ${key}`));
  const hooks = [
    ...(ownValue(HOOKS, name) ?? "").split(" "),
    ...(isLooking && name !== "status" ? [] : ALWAYS),
  ];
  const made = madeHooks(repository, context);
  const runsNone = isHuskyOff(repository, context);
  for (const hook of hooks) {
    const skipped =
      (skipsHooks || runsNone) &&
      /^(?:pre-(?:commit|push|merge-commit|rebase|applypatch)|commit-msg)$/.test(hook);
    const isThere = repository.hooks.includes(hook) || made === "any" || made.includes(hook);
    if (isThere && !(skipped && skipsHooks)) found.push(...runsHook(hook, repository, context));
    if (isThere && skipped && isGuarded(hook, repository, context)) found.push(SKIPS_GUARD);
  }
  return found;
}

/** Whether no editor that the repository or the call names could write anything into what it is shown. */
export function areEditorsIdle(repository: Repository, context: ModelContext): boolean {
  const own = typeof repository === "object" ? [...repository.executesOwn] : [];
  return (
    !own.some((key) => /^(?:core|sequence)\.editor$/.test(key)) &&
    areEditorsOfVariablesIdle(context)
  );
}

/** Husky runs none of the hooks that it keeps where its variable says so. */
function isHuskyOff({ hooksDirectory = "" }: GitFacts, context: ModelContext): boolean {
  const isOff = context.variable("HUSKY")?.some((text) => (textOf(text) ?? "0") === "0") === true;
  return isOff && /\/\.husky(?:\/|$)/.test(hooksDirectory);
}

/** Hooks that the call itself wrote; any, where it put something in the place of them all. */
function madeHooks(
  { hooksDirectory, gitDirectory }: GitFacts,
  context: ModelContext,
): readonly string[] | "any" {
  if (hooksDirectory === undefined) return [];
  const made = context.madeIn(hooksDirectory);
  const outer = [hooksDirectory, gitDirectory].filter((path) => isWithin(path, hooksDirectory));
  return outer.some((path) => context.madeIn(parentPath(path)).includes(baseName(path)))
    ? "any"
    : made;
}

/** Whether a setting that names a program is looked at by this subcommand. */
function isUsed(key: string, name: string, isLooking: boolean): boolean {
  // The pager needs a terminal, which the client gives to no command; hooks and aliases are told by other facts.
  if (/^(?:alias|pager|core\.pager|core\.hookspath|man|browser|help|web|instaweb)\b/.test(key))
    return false;
  if (/^(?:difftool|mergetool|guitool)/.test(key)) return /^(?:difftool|mergetool|gui)$/.test(name);
  if (/^(?:core\.editor|sequence\.editor)/.test(key))
    return /^(?:commit|merge|revert|cherry-pick|rebase|tag|notes|branch|config|am|pull|replace)$/.test(
      name,
    );
  if (/^(?:diff|interactive)\./.test(key))
    return /^(?:diff|show|log|blame|annotate|whatchanged|grep|format-patch|diff-tree|diff-index|diff-files|range-diff|add|stash|checkout|reset|status|cat-file)$/.test(
      name,
    );
  if (/^(?:core\.(?:sshcommand|askpass|gitproxy)|credential|remote|protocol)/.test(key))
    return REMOTE.test(name);
  if (/^(?:filter|merge)\./.test(key) && isLooking)
    return /^(?:status|diff|diff-files|diff-index|hash-object|cat-file|blame|merge-tree)$/.test(
      name,
    );
  if (key.startsWith("gpg"))
    return /^(?:commit|tag|merge|pull|rebase|am|cherry-pick|revert|verify-commit|verify-tag|push|log|show)$/.test(
      name,
    );
  if (key.startsWith("trailer")) return /^(?:commit|interpret-trailers)$/.test(name);
  if (key.startsWith("tar.")) return name === "archive";
  if (key.startsWith("sendemail") || key.startsWith("imap"))
    return /^(?:send-email|imap-send)$/.test(name);
  if (key.startsWith("submodule")) return /^(?:submodule|pull|checkout|switch)$/.test(name);
  if (key === "init.templatedir") return /^(?:init|clone)$/.test(name);
  return true;
}
