// Places in a project that run when somebody uses git, enters the directory or opens it.
import { GIT_GLOBS, WORKING_TREE_GLOBS } from "./git-files.ts";
import { EVERYWHERE, type MeaningfulPlace, OUTSIDE, type PlainPlace } from "./meaningful-place.ts";

/** What a project runs when somebody works in it. */
export const PROJECT_PLACES: readonly MeaningfulPlace[] = [
  { kind: "persist", means: "git-execution", globs: GIT_GLOBS, ...EVERYWHERE, inPackages: true },
  {
    kind: "persist",
    means: "git-execution",
    globs: WORKING_TREE_GLOBS,
    ...EVERYWHERE,
    leavings: {
      not: "git makes them with each working tree, from which its settings are looked at",
    },
  },
  {
    kind: "persist",
    means: "git-execution",
    globs: ["~/.gitconfig", "~/.config/git/config", "/etc/gitconfig"],
    ...OUTSIDE,
  },
  // A file of that name says where the repository with its hooks lies.
  {
    kind: "persist",
    means: "git-execution",
    globs: ["/**/.git"],
    unlessDeleted: true,
    rules: { not: "a rule for the name would mean all that git keeps below it" },
    mounts: {
      not: "git's own files that it leads to are kept, and the file where they are outside",
    },
    leavings: { not: "the repository that it leads to is looked at" },
  },
  // What managers of hooks run from, once somebody set them up in the clone.
  {
    kind: "persist",
    means: "git-execution",
    globs: [
      "/**/.husky/*",
      "/**/.githooks/*",
      "/**/lefthook.yml",
      "/**/lefthook.yaml",
      "/**/lefthook-local.yml",
      "/**/.lefthook.yml",
      "/**/.lefthook.yaml",
      "/**/.lefthook/**",
      "/**/.pre-commit-config.yaml",
      "/**/.overcommit.yml",
    ],
    unlessDeleted: true,
    ...EVERYWHERE,
  },
  // Hooks, programs and monitors that other version control runs where somebody uses it.
  {
    kind: "persist",
    means: "git-execution",
    globs: [
      "/**/.hg/hgrc",
      "/**/.hg/hgrc-not-shared",
      "/**/.jj/repo/config.toml",
      "/**/.sl/config",
    ],
    unlessDeleted: true,
    ...EVERYWHERE,
  },
  {
    kind: "persist",
    means: "directory-environment",
    globs: ["/**/.envrc"],
    // Nothing starts for want of one, and `rm -rf dist/*` in a recipe may mean any name.
    unlessDeleted: true,
    ...EVERYWHERE,
  },
  {
    kind: "persist",
    means: "directory-environment",
    globs: [
      ...["/**/mise.toml", "/**/.mise.toml", "/**/.mise/config*.toml", "/**/.config/mise/**"],
      ...["/**/mise.*.toml", "/**/.mise.*.toml", "/**/.rtx.toml"],
      ...["/**/.autoenv", "/**/.autoenv.leave", "/**/.autoenv.zsh", "/**/.autoenv_leave.zsh"],
      "/**/.rvmrc",
    ],
    unlessDeleted: true,
    ...EVERYWHERE,
  },
  {
    kind: "persist",
    means: "directory-environment",
    globs: ["/**/mise/config*.toml"],
    unlessDeleted: true,
    // What mise itself installs lies in folders of that name.
    byEnding: true,
    ...EVERYWHERE,
  },
  // What editors, debuggers and consoles run or obey when somebody opens the directory or starts them there.
  {
    kind: "persist",
    means: "editor-startup",
    globs: [
      "/**/.vscode/tasks.json",
      "/**/.vscode/settings.json",
      "/**/.vscode/mcp.json",
      "/**/.devcontainer/**",
      "/**/.devcontainer.json",
      "/**/.idea/**",
      "/**/.zed/**",
      "/**/.helix/**",
      "/**/.exrc",
      "/**/.vimrc",
      "/**/.gvimrc",
      "/**/.nvimrc",
      "/**/.nvim.lua",
      "/**/.lazy.lua",
      "/**/.vim/coc-settings.json",
      "/**/.lvimrc",
      "/**/.externalToolBuilders/**",
      "/**/.dir-locals.el",
      "/**/.dir-locals-2.el",
      "/**/.gdbinit",
      "/**/.lldbinit",
      "/**/.Rprofile",
      "/**/.Renviron",
      "/**/.irbrc",
      "/**/.pryrc",
      "/**/.iex.exs",
      "/**/.ocamlinit",
      "/**/.ghci",
      "/**/.octaverc",
      "/**/.gnuplot",
      "/**/.pdbrc",
      "/**/.perldb",
    ],
    unlessDeleted: true,
    ...EVERYWHERE,
  },
  {
    kind: "persist",
    means: "editor-startup",
    globs: ["/**/*.code-workspace"],
    unlessDeleted: true,
    byEnding: true,
    ...EVERYWHERE,
  },
  // Servers, hooks and plugins that agents start with themselves, from their documentation of settings of a project.
  {
    kind: "persist",
    means: "editor-startup",
    globs: [
      "/**/.mcp.json",
      "/**/.cursor/mcp.json",
      "/**/.cursor/hooks.json",
      "/**/.cursor/hooks/**",
      "/**/.cursor/environment.json",
      "/**/.cursor/worktrees.json",
      "/**/.cursor/cli.json",
      "/**/.gemini/settings.json",
      "/**/.gemini/hooks/**",
      "/**/.gemini/extensions/**",
      "/**/.qwen/settings.json",
      "/**/.codex/config.toml",
      "/**/.codex/hooks.json",
      "/**/.codex/hooks/**",
      "/**/.codex/rules/**",
      "/**/.github/hooks/*.json",
      "/**/.copilot/mcp-config.json",
      "/**/.windsurf/hooks.json",
      "/**/.windsurf/mcp_config.json",
      "/**/.codeium/windsurf/mcp_config.json",
      "/**/.roo/mcp.json",
      "/**/.kiro/settings/mcp.json",
      "/**/.kiro/hooks/**",
      "/**/.amazonq/mcp.json",
      "/**/.amazonq/cli-agents/**",
      "/**/.junie/mcp/**",
      "/**/.continue/config.yaml",
      "/**/.continue/config.json",
      "/**/.continue/mcpServers/**",
      "/**/.aider.conf.yml",
      "/**/opencode.json",
      "/**/opencode.jsonc",
      "/**/.opencode/plugin/**",
      "/**/.opencode/plugins/**",
      "/**/.opencode/tool/**",
      "/**/.opencode/tools/**",
      "/**/.opencode/package.json",
      "/**/.factory/mcp.json",
      "/**/.factory/hooks/**",
      "/**/.trae/mcp.json",
      "/**/crush.json",
      "/**/.crush.json",
    ],
    unlessDeleted: true,
    ...EVERYWHERE,
  },
];

const WRITTEN_DAILY = "people and agents write it in ordinary work";
const STARTED_BY_HAND = "it is read by a program that somebody starts, as code of the project is";
const NEVER_HERE = "nothing reads it in a project";
const BY_CLIENT = "the client asks before it changes, and the evaluator leaves that question to it";

/** Places of a project that a start reads, and that nothing runs from by itself. */
export const PLAIN_PLACES: readonly PlainPlace[] = [
  // Text for models.
  {
    globs: [
      ...["/**/CLAUDE.md", "/**/CLAUDE.local.md", "/**/AGENTS.md", "/**/GEMINI.md"],
      ...["/**/.cursorrules", "/**/.cursor/rules/**", "/**/.windsurfrules"],
      ...["/**/.windsurf/rules/**", "/**/.clinerules", "/**/.github/copilot-instructions.md"],
      ...["/**/.github/instructions/**", "/**/.junie/guidelines.md", "/**/.goosehints"],
      ...["/**/.roo/rules/**", "/**/.kiro/steering/**", "/**/.amazonq/rules/**"],
    ],
    plain: "it is text that runs nothing, and is looked through when it is loaded",
    rules: { not: WRITTEN_DAILY },
    mounts: { not: WRITTEN_DAILY },
    leavings: { not: WRITTEN_DAILY },
  },
  // What the client obeys, beside its controls.
  {
    globs: ["/**/.claude/**"],
    plain: BY_CLIENT,
    rules: { not: "a rule would refuse skills and commands that a person wants to have written" },
    mounts: true,
    leavings: true,
  },
  {
    globs: ["/**/.git/**"],
    plain: BY_CLIENT,
    rules: { not: "git itself writes there, and the rules of the client would not tell it" },
    mounts: { not: "git itself writes there in held calls" },
    leavings: { not: "git itself writes there in held calls" },
  },
  {
    globs: ["/**/.vscode/**"],
    plain: BY_CLIENT,
    rules: { not: STARTED_BY_HAND },
    mounts: { not: STARTED_BY_HAND },
    leavings: { not: STARTED_BY_HAND },
  },
  {
    globs: [
      ...["/**/.npmrc", "/**/.yarnrc", "/**/.yarnrc.yml", "/**/.yarn/**", "/**/.pnp.cjs"],
      ...["/**/.pnp.loader.mjs", "/**/.pnp.js", "/**/.pnp.data.json", "/**/.pnpmfile.cjs"],
      ...["/**/bunfig.toml", "/**/.bunfig.toml", "/**/.bazelrc", "/**/.bazelversion"],
      ...["/**/.bazeliskrc", "/**/gradle-wrapper.properties", "/**/maven-wrapper.properties"],
      ...["/**/.mvn/**", "/**/.cargo/**", "/**/pyrightconfig.json", "/**/.ripgreprc"],
      ...["/**/.gitmodules"],
    ],
    plain: BY_CLIENT,
    rules: { not: STARTED_BY_HAND },
    mounts: { not: STARTED_BY_HAND },
    leavings: { not: STARTED_BY_HAND },
  },
  // Files of a home by their names.
  {
    globs: [
      ...["/**/.gitconfig", "/**/.config/git/**", "/**/.bashrc", "/**/.bash_profile"],
      ...["/**/.bash_login", "/**/.bash_logout", "/**/.bash_aliases", "/**/.zshrc"],
      ...["/**/.zprofile", "/**/.zshenv", "/**/.zlogin", "/**/.zlogout", "/**/.profile"],
      ...["/**/.claude.json"],
    ],
    plain: NEVER_HERE,
    rules: { not: NEVER_HERE },
    mounts: { not: NEVER_HERE },
    leavings: { not: NEVER_HERE },
  },
];
