// What can be switched off alone: each names its files and what its exports give where it is not there.

/** A thing to switch off. */
export type Ablation = {
  readonly name: string;
  /** Its files below `src/guard`, whose lines would go; a folder stands for all of its files. */
  readonly files: readonly string[];
  /** Texts of the sources below `src/guard` that are replaced; each has to be found once. */
  readonly edits: readonly Edit[];
  /** What stands in every command that it can matter to, so that no other is judged again. */
  readonly only: RegExp;
};

/** Programs to whose code a reader of code can matter. */
const CODE =
  /python|pypy|node|deno|bun|tsx|perl|ruby|irb|php|lua|Rscript|\bR\b|jshell|osascript|tclsh|elixir|scala|groovy|pwsh|powershell|awk|psql|sqlite|mysql|vim|emacs|gdb|sed|jq/i;

type Edit = { readonly file: string; readonly find: string; readonly replacement: string };

/** An exported function that gives this instead. */
function gives(file: string, name: string, value: string): Edit {
  return {
    file,
    find: `export function ${name}(`,
    replacement: `export function ${name}(..._: readonly unknown[]): never {\n  return ${value} as never;\n}\n// oxlint-disable-next-line no-unused-vars\nfunction ${name}_(`,
  };
}

const LANGUAGES = "effects/languages";
const HEURISTICS = `${LANGUAGES}/heuristics`;
const FORMATS = `${LANGUAGES}/formats`;
const FILTERS = `${LANGUAGES}/filters`;
const DECLARED = "effects/declared";

/** A language of which nothing is proven by reading it; what its text names is still seen. */
function unreadLanguage(name: string, ...files: readonly string[]): Ablation {
  return {
    only: CODE,
    name: `reading ${name}`,
    files: files.map((file) => `${LANGUAGES}/${file}`),
    edits: [
      {
        file: `${LANGUAGES}/evaluation/program.ts`,
        find: "const tokens = nesting > NESTING_MAX ?",
        replacement: `const tokens = nesting > NESTING_MAX || language.name === ${JSON.stringify(name)} ?`,
      },
    ],
  };
}

export const ABLATIONS: readonly Ablation[] = [
  {
    only: CODE,
    name: "probable forms of code",
    files: ["probable", "folding", "perl-lists", "lisp-forms", "tcl-forms"].map(
      (name) => `${HEURISTICS}/${name}.ts`,
    ),
    edits: [gives(`${HEURISTICS}/probable.ts`, "probableCode", "undefined")],
  },
  {
    only: CODE,
    name: "harm named in code",
    files: ["named-harm", "named-commands", "named-deletes", "named-writes"].map(
      (name) => `${HEURISTICS}/${name}.ts`,
    ),
    edits: [gives(`${HEURISTICS}/named-harm.ts`, "namedHarm", "[]")],
  },
  {
    only: CODE,
    name: "small programs",
    files: [`${LANGUAGES}/small-program`],
    edits: [gives(`${LANGUAGES}/small-program/small-program.ts`, "isSmallProgram", "false")],
  },
  unreadLanguage("python code", "python"),
  unreadLanguage("JavaScript code", "javascript"),
  unreadLanguage("perl code", "perl"),
  unreadLanguage("ruby code", "ruby.ts", "ruby-values.ts"),
  unreadLanguage("PHP code", "php.ts", "php-values.ts"),
  unreadLanguage("Lua code", "lua.ts", "lua-values.ts"),
  unreadLanguage("R code", "r.ts", "r-values.ts"),
  {
    only: CODE,
    name: "powershell",
    files: [`${LANGUAGES}/powershell`],
    edits: [
      {
        file: `${LANGUAGES}/powershell/powershell.ts`,
        find: "export function readPowershell(",
        replacement:
          "export function readPowershell(_: string, seen: Observations): void {\n  seen.cannotTell();\n}\nfunction readPowershell_(",
      },
    ],
  },
  {
    only: /jq/,
    name: "what jq prints",
    files: [`${FILTERS}/jq-values.ts`],
    edits: [gives(`${FILTERS}/jq-values.ts`, "jqOutput", "undefined")],
  },
  {
    only: /sed/,
    name: "what sed makes",
    files: [`${FILTERS}/sed-edits.ts`],
    edits: [gives(`${FILTERS}/sed-edits.ts`, "editBySed", "undefined")],
  },
  {
    only: /rake|tox|nox|invoke|fab|rails|poe|hatch|pdm|poetry|pipenv|uv/,
    name: "rake, tox and Python tasks",
    files: [`${FORMATS}/task-bodies.ts`],
    edits: ["rakeCommands", "pythonTaskCommands", "toxCommands", "pythonScripts"].map((name) =>
      gives(`${FORMATS}/task-bodies.ts`, name, "[]"),
    ),
  },
  {
    only: /just/,
    name: "justfiles",
    files: [`${FORMATS}/justfile.ts`],
    edits: [gives(`${FORMATS}/justfile.ts`, "justRecipes", "[]")],
  },
  {
    only: /task/,
    name: "taskfiles",
    files: [`${FORMATS}/taskfile.ts`],
    edits: [gives(`${FORMATS}/taskfile.ts`, "taskCommands", "[]")],
  },
  {
    only: /ant/,
    name: "ant files",
    files: [`${FORMATS}/buildfile.ts`],
    edits: [gives(`${FORMATS}/buildfile.ts`, "antCommands", "[]")],
  },
  {
    only: /make/,
    name: "makefiles",
    files: [`${FORMATS}/makefile.ts`],
    edits: [gives(`${FORMATS}/makefile.ts`, "recipesOf", "[]")],
  },
  ...[
    ["go", "go-packages.ts", "declaredByGo"],
    ["ruby", "ruby-packages.ts", "declaredByBundler"],
    ["rust", "rust-packages.ts", "declaredByCargo"],
    ["python tools", "python-projects.ts", "declaredByPythonTool"],
    ["pip", "python-packages.ts", "declaredByPip"],
    ["node", "node-packages.ts", "declaredByNode"],
  ].map(
    ([name = "", file = "", exported = ""]): Ablation => ({
      only: /go|bundle|cargo|pip|uv|poetry|pdm|pipenv|npm|yarn|pnpm|bun|hatch|install|sync/,
      name: `declared installs: ${name}`,
      files: [`${DECLARED}/${file}`],
      edits: [gives(`${DECLARED}/${file}`, exported, "undefined")],
    }),
  ),
  {
    only: /service|systemctl|rc-|launchctl|stop|start|disable/,
    name: "services named by words",
    files: ["effects/arguments/service-arguments.ts"],
    edits: [gives("effects/arguments/service-arguments.ts", "servicesChanged", "[]")],
  },
  {
    only: /create|new|init|start/,
    name: "scaffolds",
    files: ["effects/projects/scaffolds.ts"],
    edits: [gives("effects/projects/scaffolds.ts", "scaffolded", "[]")],
  },
  {
    only: /ssh|exec|run/,
    name: "remote interpreters",
    files: ["effects/projects/remote-interpreters.ts"],
    edits: [gives("effects/projects/remote-interpreters.ts", "handsOn", "[]")],
  },
  {
    only: /compose/,
    name: "compose files",
    files: ["effects/projects/compose-services.ts"],
    edits: [gives("effects/projects/compose-services.ts", "composeGrants", "[]")],
  },
];
