// Files of a project by which programs that would only look are told what to run, where nobody asked them to run anything.
import { byName } from "#base/by-name.ts";
import { joinPath, parentPath } from "#base/path.ts";
import { literal } from "../../shell/values/text.ts";
import type { Consequence, ModelContext } from "../model/command-model.ts";

type Obeyed = {
  readonly programs: RegExp;
  /** Paths below the working directory. */
  readonly files: readonly string[];
  /** What in such a file names something that runs; any text of it where that is not given. */
  readonly runs?: RegExp;
  /** Whether the program looks in the directories above as well. */
  readonly isUpward?: true;
};

/** From the manual of each program, and from what it looks for when it is started (strace). */
const OBEYED: readonly Obeyed[] = [
  {
    programs: /^(?:cargo|rustc|rustdoc|rustfmt|rustup|clippy-driver|cargo-\w+)$/,
    files: ["rust-toolchain.toml", "rust-toolchain"],
    runs: /\bpath\b|\//,
    isUpward: true,
  },
  {
    programs: /^cargo$/,
    files: [".cargo/config.toml", ".cargo/config"],
    runs: /rustc|rustdoc|wrapper|credential|\benv\b|include|fetch-with-cli|browser|codegen-backend|plugin|\\u/i,
    isUpward: true,
  },
  {
    programs: /^(?:mvnw?|mvnd)$/,
    files: [".mvn/jvm.config"],
    runs: /^(?!(?:\s|-X(?:mx|ms|ss|mn)\d+[kKmMgG]?)*$)/,
    isUpward: true,
  },
  {
    programs: /^(?:mvnw?|mvnd)$/,
    files: [".mvn/extensions.xml"],
    runs: /<extension\b/,
    isUpward: true,
  },
  {
    programs: /^gradlew?$/,
    files: ["gradle.properties", "gradle/gradle-daemon-jvm.properties"],
    runs: /java\.home|jvmargs|installations|toolchain/i,
    isUpward: true,
  },
  { programs: /^sbt$/, files: [".sbtopts", ".jvmopts", "project/build.properties", "build.sbt"] },
  { programs: /^lein$/, files: ["project.clj"], isUpward: true },
  {
    programs: /^(?:yarn|yarnpkg)$/,
    files: [".yarnrc.yml"],
    runs: /yarnPath|plugins|injectEnvironment/,
    isUpward: true,
  },
  { programs: /^(?:yarn|yarnpkg)$/, files: [".yarnrc"], runs: /yarn-path/, isUpward: true },
  { programs: /^(?:tox)$/, files: ["toxfile.py"] },
  {
    programs: /^(?:tox)$/,
    files: ["tox.ini", "tox.toml", "setup.cfg", "pyproject.toml"],
    runs: /\brequires\s*=[^\n]*\n?[^\n]*tox|provision/,
  },
  { programs: /^(?:pytest|py\.test)$/, files: ["conftest.py"] },
  {
    programs: /^(?:pytest|py\.test)$/,
    files: ["pytest.ini", "tox.ini", "setup.cfg", "pyproject.toml"],
    runs: /addopts[\s\S]{0,200}-p\b|pytest_plugins|pythonpath/,
  },
  {
    programs: /^flake8$/,
    files: [".flake8", "setup.cfg", "tox.ini"],
    runs: /local-plugins|load-plugins/,
  },
  {
    programs: /^pylint$/,
    files: [".pylintrc", "pylintrc", "pyproject.toml", "setup.cfg"],
    runs: /init-hook|load-plugins/,
    isUpward: true,
  },
  {
    programs: /^mypy$/,
    files: ["mypy.ini", ".mypy.ini", "pyproject.toml", "setup.cfg"],
    runs: /^[^\S\n\r]*plugins\s*=|python_executable/m,
  },
  {
    programs: /^(?:rubocop|rspec)$/,
    files: [".rubocop", ".rspec"],
    runs: /(?:^|\s)(?:-r|-I|--require|--options|--plugin)/,
    isUpward: true,
  },
  { programs: /^(?:mix|iex)$/, files: ["mix.exs"] },
  { programs: /^(?:bazel|bazelisk)$/, files: ["tools/bazel"], isUpward: true },
  { programs: /^(?:bazel|bazelisk)$/, files: [".bazelrc"], runs: /startup|import/, isUpward: true },
  { programs: /^vagrant$/, files: ["Vagrantfile"], isUpward: true },
  { programs: /^latexmk$/, files: ["latexmkrc", ".latexmkrc", "LatexMk"] },
  { programs: /^dotnet$/, files: ["global.json"], runs: /"paths"/, isUpward: true },
  {
    programs: /^(?:perltidy|perlcritic|prove)$/,
    files: [".proverc"],
    runs: /(?:^|\s)-(?:I|M|P|e|-exec|-source)/m,
  },
  { programs: /^uv$/, files: ["setup.py"] },
  {
    programs: /^ansible[\w-]*$/,
    files: ["ansible.cfg"],
    runs: /plugins|library|vault_password_file|inventory|module_utils|collections|roles_path/,
  },
];

/** Directories in which a program looks that goes on to those above. */
const LEVELS_MAX = 16;

const obeyedBy = byName((program) => OBEYED.filter(({ programs }) => programs.test(program)));

/**
 * Consequence: code of the project runs, because a file that lies where the program looks says so, or may say so. What lies
 * in the home itself is the person's own.
 */
export function readsImplicitConfig(name: string, context: ModelContext): readonly Consequence[] {
  const rows = obeyedBy(name);
  if (rows.length === 0) return [];
  const found = rows.flatMap(({ files, runs, isUpward }) =>
    directoriesOf(context, isUpward === true).flatMap((directory) =>
      files
        .map((file) => joinPath(directory, file))
        .filter((path) => saysWhatRuns(path, runs, context)),
    ),
  );
  return found.slice(0, 1).map((path) => ({
    kind: "effect",
    effect: { kind: "execute", program: path, origin: "project", reach: "unbounded" },
  }));
}

/** Absolute directories; without one that is known, the working directory as it may be. */
function directoriesOf({ directory, home }: ModelContext, isUpward: boolean): readonly string[] {
  if (directory === undefined) return [];
  const found: string[] = [];
  for (let at = directory; found.length < LEVELS_MAX; at = parentPath(at)) {
    if (at !== home) found.push(at);
    if (!isUpward || at === "/") break;
  }
  return found;
}

function saysWhatRuns(path: string, runs: RegExp | undefined, context: ModelContext): boolean {
  if (!context.isFile(literal(path))) return false;
  if (runs === undefined) return true;
  const known = context.untouched(path);
  return known === undefined || known === "missing" || runs.test(known.text);
}
