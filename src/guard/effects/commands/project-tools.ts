// Programs that load settings, plugins or tests of the project and run them: builds, test runners, linters.
import { sourcesOf, type Text, textOf } from "../../shell/text.ts";
import { type CommandModel, command, type ModelContext } from "../command-model.ts";
import { runsAddress } from "../interpreters.ts";
import { obeysNetwork } from "../languages/remote-control.ts";
import { releasesByName } from "../releases.ts";
import { effect, namedFiles } from "../verbs.ts";

const PROGRAMS =
  "rake ninja ctest meson bazel bazelisk scons ant mvn mvnw gradle gradlew sbt lein " +
  "pytest py.test tox nox jest vitest mocha ava playwright cypress karma rspec phpunit pest " +
  "tsc tsx ts-node vue-tsc eslint prettier stylelint biome oxlint ruff mypy pyright black flake8 pylint isort coverage " +
  "rubocop phpstan psalm php-cs-fixer pint golangci-lint staticcheck " +
  "webpack vite rollup esbuild next nuxt astro turbo nx lerna pre-commit husky lint-staged changeset semantic-release";

export const projectTools: CommandModel = command({
  names: PROGRAMS.split(" "),
  optionsEnd: "expression",
  options: {},
  effects: ({ args, name }, context) => {
    const words = args.map((word) => textOf(word));
    if (words.length === 1 && /^(?:--version|-V|--help)$/.test(words[0] ?? "")) return [];
    return [
      effect<"execute">({
        kind: "execute",
        program: name,
        origin: isFetched(name, args, context) ? "download" : "project",
        reach: "unbounded",
      }),
      ...namedFiles(args, context),
      ...releasesByName(name, words),
    ];
  },
});

/** Whether what runs comes from the network: an address is named, or the file that says what runs was fetched. */
function isFetched(name: string, args: readonly Text[], context: ModelContext): boolean {
  const words = args.map((word) => textOf(word));
  return (
    runsAddress(name, words) ||
    words.some((word) => word !== undefined && obeysNetwork(word)) ||
    args.some(
      (word, at) =>
        /^(?:-f|--file|--justfile|--taskfile|--rakefile)$/.test(words[at - 1] ?? "") &&
        sourcesOf(context.contentOf(word)).some(({ kind }) => kind === "network"),
    )
  );
}
