// make and other programs that run what the project says: builds, tests, linters with plugins.
import { append, literal, sourcesOf, type Text, textOf } from "../../shell/text.ts";
import { command, reads } from "../command-model.ts";
import { obeysNetwork } from "../languages/remote-control.ts";
import { runsAddress } from "../interpreters.ts";
import { effect, namedFiles } from "../verbs.ts";

/** Programs that load settings, plugins or tests of the project and run them. */
const PROGRAMS = [
  ...[
    "make",
    "gmake",
    "just",
    "task",
    "rake",
    "ninja",
    "cmake",
    "ctest",
    "meson",
    "bazel",
    "scons",
    "ant",
    "mvn",
    "gradle",
  ],
  ...[
    "pytest",
    "tox",
    "nox",
    "jest",
    "vitest",
    "mocha",
    "ava",
    "playwright",
    "cypress",
    "karma",
    "rspec",
    "phpunit",
  ],
  ...[
    "tsc",
    "tsx",
    "ts-node",
    "eslint",
    "prettier",
    "stylelint",
    "biome",
    "oxlint",
    "ruff",
    "mypy",
    "pyright",
    "black",
    "flake8",
    "pylint",
    "isort",
    "coverage",
  ],
  ...[
    "webpack",
    "vite",
    "rollup",
    "esbuild",
    "next",
    "nuxt",
    "astro",
    "turbo",
    "nx",
    "lerna",
    "deno",
    "pre-commit",
    "husky",
    "lint-staged",
  ],
];

export const make = command({
  names: PROGRAMS,
  optionsEnd: "expression",
  options: {},
  effects: ({ args, name }, context) => {
    const words = args.map((word) => textOf(word));
    if (words.length === 1 && /^(--version|-V|--help)$/.test(words[0] ?? "")) return [];
    const isFetched =
      runsAddress(name, words) ||
      words.some((word) => word !== undefined && obeysNetwork(word)) ||
      programFiles(args).some((file) =>
        sourcesOf(context.contentOf(file)).some((source) => source.kind === "network"),
      );
    return [
      effect<"execute">({
        kind: "execute",
        program: name,
        origin: isFetched ? "download" : "project",
        reach: "unbounded",
      }),
      ...namedFiles(args, context),
      ...["Makefile", "makefile", "justfile"]
        .filter((file) => name.includes("make") && context.isFile([{ kind: "text", text: file }]))
        .map((file) => reads([{ kind: "text", text: file }])),
    ];
  },
});

/** Files that say what runs: those that `-f` names, and the usual ones where `-C` leads. */
function programFiles(args: readonly Text[]): readonly Text[] {
  const directories: Text[] = [];
  const files: Text[] = [];
  args.forEach((word, at) => {
    const before = textOf(args[at - 1] ?? []) ?? "";
    if (/^(?:-C|--directory|--dir)$/.test(before)) directories.push(word);
    else if (/^(?:-f|--file|--makefile|--justfile)$/.test(before)) files.push(word);
  });
  const usual = (directories.length === 0 ? [literal(".")] : directories).map((directory) =>
    append(directory, literal("/Makefile")),
  );
  return [...files, ...usual];
}
