// What git runs or obeys in a directory of its own: of a repository, a submodule, a working tree.

/** A file of a repository by which git is told what to run, or where to look for it. */
export type GitFile = {
  readonly name: string;
  /** Settings by key, rules for files that settings give a program, or the way to another repository. */
  readonly is: "settings" | "attributes" | "pointer";
  /** How often git itself makes it there. */
  readonly made: "always" | "sometimes" | "never";
};

/** Files of the directory of a repository or submodule (gitrepository-layout(5)). */
export const GIT_FILES: readonly GitFile[] = [
  { name: "config", is: "settings", made: "always" },
  { name: "config.worktree", is: "settings", made: "sometimes" },
  { name: "info/attributes", is: "attributes", made: "sometimes" },
  // Git makes it for working trees alone: in a repository it would lead to settings of anybody.
  { name: "commondir", is: "pointer", made: "never" },
];

/** Files of the directory that a repository keeps for each further working tree. */
export const WORKING_TREE_FILES = ["commondir", "gitdir", "config.worktree"] as const;

/** Those of repositories and submodules as globs, with their hooks. */
export const GIT_GLOBS: readonly string[] = [
  ...["/**/.git", "/**/.git/modules/**"].flatMap((directory) => [
    `${directory}/hooks/*`,
    ...GIT_FILES.map(({ name }) => `${directory}/${name}`),
  ]),
];

/** Those of working trees as globs. */
export const WORKING_TREE_GLOBS: readonly string[] = WORKING_TREE_FILES.map(
  (name) => `/**/.git/worktrees/*/${name}`,
);

/** Names of what git runs in a folder of hooks (githooks(5)). */
export const HOOK_NAMES: readonly string[] = [
  ..."applypatch-msg commit-msg fsmonitor-watchman post-applypatch post-checkout post-commit".split(
    " ",
  ),
  ..."post-index-change post-merge post-receive post-rewrite post-update pre-applypatch".split(" "),
  ..."pre-auto-gc pre-commit pre-merge-commit pre-push pre-rebase pre-receive".split(" "),
  ..."prepare-commit-msg proc-receive push-to-checkout reference-transaction".split(" "),
  ..."sendemail-validate update".split(" "),
];
