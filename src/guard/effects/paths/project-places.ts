// Places in a project that run when somebody uses git, enters the directory or opens it.
import type { MeaningfulPlace } from "./meaningful-place.ts";

/** What a project runs when somebody works in it. */
export const PROJECT_PLACES: readonly MeaningfulPlace[] = [
  {
    kind: "persist",
    means: "git-execution",
    globs: [
      "/**/.git/hooks/*",
      "/**/.git/config",
      "/**/.git/config.worktree",
      "/**/.git/info/attributes",
      "/**/.git/modules/**/hooks/*",
      "/**/.git/modules/**/config",
      "/**/.git/worktrees/*/config.worktree",
      "~/.gitconfig",
      "~/.config/git/config",
      "/etc/gitconfig",
    ],
  },
  // A file of that name says where the repository with its hooks lies.
  { kind: "persist", means: "git-execution", globs: ["/**/.git"], unlessDeleted: true },
  // What managers of hooks run from, once somebody set them up in the clone.
  {
    kind: "persist",
    means: "git-execution",
    globs: [
      "/**/.husky/*",
      "/**/.githooks/*",
      "/**/lefthook.yml",
      "/**/lefthook-local.yml",
      "/**/.lefthook.yml",
      "/**/.lefthook/**",
      "/**/.pre-commit-config.yaml",
      "/**/.overcommit.yml",
    ],
    unlessDeleted: true,
  },
  { kind: "persist", means: "directory-environment", globs: ["/**/.envrc"] },
  {
    kind: "persist",
    means: "directory-environment",
    globs: ["/**/mise.toml", "/**/.mise.toml", "/**/.mise/config.toml", "/**/.config/mise/**"],
    unlessDeleted: true,
  },
  // What editors and debuggers run or obey when somebody opens the directory.
  {
    kind: "persist",
    means: "editor-startup",
    globs: [
      "/**/.vscode/tasks.json",
      "/**/.vscode/settings.json",
      "/**/.devcontainer/**",
      "/**/.devcontainer.json",
      "/**/.exrc",
      "/**/.nvimrc",
      "/**/.nvim.lua",
      "/**/.dir-locals.el",
      "/**/.gdbinit",
      "/**/.lldbinit",
    ],
    unlessDeleted: true,
  },
];
