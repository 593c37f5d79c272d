// Test runners, linters and bundlers that load settings, plugins or tests of the project and run them.
import { literal } from "../../shell/values/text.ts";
import type { ModelContext } from "../model/command-model.ts";
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
  more: ({ name, words }, context) =>
    HOOKS[name]?.test(words.map((word) => word ?? "?").join(" ")) === true &&
    !isSetUp(words, context)
      ? [
          effect<"persist">({ kind: "persist", means: "git-execution", target: undefined }),
          ...FOLDERS.map((folder) => ({ kind: "settles", whose: `hooks:${folder}` }) as const),
        ]
      : [],
});

/**
 * Whether git has hooks there already, so that nothing new starts by itself. WHY that is enough: where the call is held, what it makes anew
 * in that folder is its own, and where it is not, its code is asked about.
 */
function isSetUp(words: readonly (string | undefined)[], context: ModelContext): boolean {
  const [word = "", ...more] = words;
  const repository = context.git(literal("."));
  if (typeof repository !== "object" || more.length > 0) return false;
  const { root, hooks, hooksDirectory } = repository;
  return (
    /^(?:install|\.husky|)$/.test(word) &&
    hooks.length > 0 &&
    FOLDERS.some((folder) => hooksDirectory === `${root}/${folder}`)
  );
}
