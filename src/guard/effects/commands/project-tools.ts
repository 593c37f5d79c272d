// Test runners, linters and bundlers that load settings, plugins or tests of the project and run them.
import { projectProgram } from "../projects/project-program.ts";
import { effect } from "../model/verbs.ts";

const PROGRAMS =
  "pytest py.test jest vitest mocha ava playwright cypress karma rspec phpunit pest " +
  "tsc tsx ts-node vue-tsc eslint prettier stylelint biome oxlint mypy pyright flake8 pylint isort coverage " +
  "rubocop phpstan psalm php-cs-fixer pint golangci-lint staticcheck " +
  "webpack vite rollup esbuild next nuxt astro husky lint-staged changeset semantic-release";

/** Tools that put hooks into the repository, and the words after which they do. */
const HOOKS: Readonly<Record<string, RegExp>> = {
  husky: /^(?:init|install|add|set|\.?[\w./-]*|)(?: |$)/,
};

/** Where they have git look for them. */
const FOLDERS = [".husky/_", ".husky"];

export const projectTools = projectProgram({
  names: PROGRAMS.split(" "),
  more: ({ name, words }) =>
    HOOKS[name]?.test(words.map((word) => word ?? "?").join(" ")) === true
      ? [
          effect<"persist">({ kind: "persist", means: "git-execution", target: undefined }),
          ...FOLDERS.map((folder) => ({ kind: "settles", whose: `hooks:${folder}` }) as const),
        ]
      : [],
});
