// Tests, builds, linters, type checks and development servers: what people run all day over the same code of one project.

/** Tasks of a project by their names, with what stands behind a colon or dash: `test:unit`, `lint-fix`. */
const TASK =
  /^(?:tests?|t|unit|e2e|spec|coverage|lint|build|compile|checks?|verify|format|fmt|types?|typecheck|type-check|tsc|eslint|prettier|clippy|vet|bench|start|dev|serve|preview|watch)(?:[:_-][\w:.-]*)?$/;
/** Programs that do nothing else. */
const CHECKER =
  /^(?:pytest|py\.test|unittest|vitest|jest|mocha|ava|tap|tsc|vue-tsc|svelte-check|eslint|oxlint|biome|prettier|stylelint|markdownlint|markdownlint-cli2|ruff|mypy|pyright|black|isort|flake8|pylint|tox|nox|compileall|phpunit|phpstan|psalm|rspec|rubocop|golangci-lint|staticcheck|goreleaser|clippy|checkstyle|ktlint|detekt|shellcheck|hadolint|actionlint|yamllint|pre-commit|nextest)$/;
const CARGO = /^(?:test|build|check|clippy|fmt|bench|doc|nextest)$/;
const GO = /^(?:test|build|vet|fmt|generate)$/;
const JVM =
  /^(?:.*:)?(?:clean|test|verify|compile|package|check|build|assemble|classes|spotless[A-Z]\w*)(?:[A-Z-][\w-]*)?$/;
const WRAPPERS =
  /^(?:npx|bunx|pnpx|uvx?|poetry|pdm|hatch|pipenv|bundle|composer|exec|run|time|command|dlx|-m)$/;

/** Words that lead out of the directory, as an option's value too. */
const ELSEWHERE = /(?:^|=)(?:[/~]|(?:.*\/)?\.\.(?:\/|$))/;

/**
 * Whether a command is one of them; `words` as the shell expanded them, undefined where that is not known. What follows a
 * runner chooses among the project's own files, and counts.
 */
export function isRoutineCheck(words: readonly (string | undefined)[]): boolean {
  const known = words.filter((word) => word !== undefined);
  if (known.length !== words.length || known.slice(1).some((word) => ELSEWHERE.test(word)))
    return false;
  const [first = "", ...rest] = known;
  const program = first.slice(first.lastIndexOf("/") + 1);
  const plain = rest.filter((word) => !word.startsWith("-"));
  switch (program) {
    case "npm":
    case "pnpm":
    case "yarn":
    case "bun":
    case "deno":
    case "just":
    case "task":
    case "rake":
    case "composer":
    case "mix":
    case "swift":
    case "dotnet": {
      const [verb = "", task = ""] = plain;
      if (verb === "exec" || verb === "dlx") return verb === "exec" && CHECKER.test(task);
      return TASK.test(verb === "run" || verb === "run-script" || verb === "task" ? task : verb);
    }
    case "make":
    case "gmake":
      return plain.every((word) => word.includes("=") || word === "all" || TASK.test(word));
    case "cargo":
      return CARGO.test(plain[0] ?? "");
    case "go":
      return GO.test(plain[0] ?? "");
    case "mvn":
    case "mvnw":
    case "gradle":
    case "gradlew":
      return plain.length > 0 && plain.every((word) => JVM.test(word));
    case "terraform":
    case "tofu":
      return plain[0] === "validate";
    case "node":
      return rest.includes("--test");
    case "python":
    case "python3":
      return rest[0] === "-m" && CHECKER.test(rest[1] ?? "");
    default:
      if (CHECKER.test(program)) return true;
      if (!WRAPPERS.test(program)) return false;
      // The program that a wrapper starts is the first word that is neither an option nor another wrapper.
      return CHECKER.test(plain.find((word) => !WRAPPERS.test(word)) ?? "");
  }
}
