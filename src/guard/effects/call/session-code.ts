// Code of the project that runs with what this session wrote or this call fetched: then it is no longer the project's own.
import { baseName, isWithin, joinPath } from "#base/path.ts";
import type { Facts } from "../../facts/facts.ts";
import { wasWritten } from "../paths/written-places.ts";
import type { CodeOrigin, Effect } from "../../vocabulary/effect.ts";
import type { RanCommand } from "../model/ran-command.ts";
import type { ChangedFiles } from "./changed-files.ts";

/** Words of one command that are looked up, and written places that are looked through. */
const WORDS_MAX = 64;
const PLACES_MAX = 2_000;

/** Files that build tools, test runners, package managers and the like load by themselves, by the names that each of them documents. */
const LOADED = new RegExp(
  `^(?:${[
    "(?:GNU)?[Mm]akefile(?:\\.\\w+)?|.*\\.(?:mk|cmake|bzl|gradle|gradle\\.kts|gemspec|csproj|fsproj|vbproj|props|targets|tf|nix|pth|podspec)",
    "CMakeLists\\.txt|CMakePresets\\.json|meson\\.build|configure(?:\\.ac)?|BUILD(?:\\.bazel)?|WORKSPACE(?:\\.bazel)?|MODULE\\.bazel|\\.bazelrc",
    "package\\.json|\\.npmrc|\\.yarnrc(?:\\.yml)?|\\.pnpmfile\\.c?js|pnpm-workspace\\.yaml|deno\\.jsonc?|bunfig\\.toml|turbo\\.json|nx\\.json|lerna\\.json",
    ".*\\.config\\.[cm]?[jt]s|\\.[\\w-]+rc(?:\\.[cm]?js|\\.json|\\.ya?ml)?|(?:[Gg]runt|[Gg]ulp|Jake)file(?:\\.[cm]?[jt]s)?",
    "conftest\\.py|setup\\.(?:py|cfg)|pyproject\\.toml|tox\\.ini|pytest\\.ini|noxfile\\.py|(?:site|user)customize\\.py|manage\\.py|fabfile\\.py|wscript|SCons(?:truct|cript)",
    "build\\.rs|Cargo\\.toml|build\\.zig|Package\\.swift|go\\.(?:mod|work)|pom\\.xml|build\\.(?:xml|sbt|sc)|gradle(?:-wrapper)?\\.properties|gradlew|mvnw",
    "Rakefile|Gemfile|Capfile|Guardfile|Fastfile|Podfile|composer\\.json|phpunit\\.xml(?:\\.dist)?|mix\\.exs|rebar\\.config|project\\.clj|deps\\.edn|dune(?:-project)?|stack\\.yaml",
    "\\.?[Jj]ustfile|[Tt]askfile\\.ya?ml|Procfile|Vagrantfile|Tiltfile|Earthfile|(?:Docker|Container)file(?:\\..+)?|.*\\.[Dd]ockerfile|(?:docker-)?compose(?:\\.[\\w-]+)?\\.ya?ml",
    "\\.pre-commit-config\\.yaml|lefthook(?:-local)?\\.yml|ansible\\.cfg|Chart\\.yaml|serverless\\.ya?ml|skaffold\\.yaml|mise\\.toml|\\.mise\\.toml|flake\\.nix",
  ].join("|")})$`,
);

type Known = {
  readonly facts: Facts;
  readonly files: ChangedFiles;
  readonly commands: readonly RanCommand[];
};

/**
 * Code of the project that runs what was generated or downloaded: a file that the command names, or one that such programs
 * load by themselves. Each effect stands beside the one of `effects` that says the code is the project's: it is that too.
 */
export function sessionCode(
  effects: readonly Effect[],
  known: Known,
): readonly Extract<Effect, { kind: "execute" }>[] {
  const { writtenPaths } = known.facts;
  if (writtenPaths.size === 0 && known.files.size === 0) return [];
  let loaded: CodeOrigin | undefined;
  let isLooked = false;
  return effects.flatMap((effect) => {
    if (effect.kind !== "execute" || effect.origin !== "project" || effect.reach !== "unbounded")
      return [];
    if (!isLooked) loaded = loadedOrigin(known);
    isLooked = true;
    const named = isGitSetup(effect.program)
      ? setupOrigin(known)
      : namedOrigin(effect, effects, known);
    const origin = loaded === "download" ? loaded : (named ?? loaded);
    return origin === undefined ? [] : [{ ...effect, origin }];
  });
}

/** Where files that programs load by themselves come from, if not from the project. */
function loadedOrigin({ facts, files }: Known): CodeOrigin | undefined {
  const { projectRoot } = facts.session;
  for (const path of files.paths())
    if (LOADED.test(baseName(path)) && isDownloaded(path, files)) return "download";
  let count = 0;
  for (const place of facts.writtenPaths) {
    if ((count += 1) > PLACES_MAX) return "generated";
    // All of the project, or more: its settings are among it.
    if (place.endsWith("/") && isWithin(place.slice(0, -1) || "/", projectRoot)) return "generated";
    if (LOADED.test(baseName(place)) && isWithin(projectRoot, place)) return "generated";
  }
  return undefined;
}

/** What git runs because its configuration or a hook says so. */
function isGitSetup(program: string | undefined): boolean {
  return program?.startsWith("git ") === true;
}

const GIT_SETUP = /\/\.git\/(?:.*\/)?(?:config(?:\.worktree)?$|hooks\/)/;

function setupOrigin({ facts }: Known): CodeOrigin | undefined {
  let count = 0;
  for (const place of facts.writtenPaths)
    if ((count += 1) > PLACES_MAX || GIT_SETUP.test(place)) return "generated";
  return undefined;
}

function isDownloaded(path: string, files: ChangedFiles): boolean {
  return files.broughtTo(path).some(({ kind }) => kind === "network");
}

/** Where the files come from that the command of an effect names, if not from the project. */
function namedOrigin(
  effect: Extract<Effect, { kind: "execute" }>,
  effects: readonly Effect[],
  { facts, files, commands }: Known,
): CodeOrigin | undefined {
  const { projectRoot } = facts.session;
  const at = JSON.stringify(effect.at);
  const words = commands
    .filter(({ via, at: place }) => via.length <= effect.via.length && JSON.stringify(place) === at)
    .flatMap(({ words: [, ...rest] }) => rest.slice(0, WORDS_MAX));
  for (const word of words) {
    for (const path of pathsOf(word, projectRoot)) {
      if (isDownloaded(path, files) && !isResultOf(effect, path, effects)) return "download";
      if (holdsWritten(facts.writtenPaths, path)) return "generated";
    }
  }
  return undefined;
}

/** Whether nothing but a command itself, such as one that fetches a template, puts something at a path that it names. */
function isResultOf(
  { program, via, at }: Extract<Effect, { kind: "execute" }>,
  path: string,
  effects: readonly Effect[],
): boolean {
  const line = JSON.stringify([at, ...via, program]).slice(0, -1);
  const writers = effects.flatMap((one) =>
    one.kind === "write" && one.target.kind === "path" && isWithin(one.target.path, path)
      ? [JSON.stringify([one.at, ...one.via])]
      : [],
  );
  return writers.length > 0 && writers.every((writer) => writer.startsWith(line));
}

/** The paths that a word may name: itself, what stands behind `=`, and for Python the module. */
function pathsOf(word: string | undefined, root: string): readonly string[] {
  if (word === undefined || word === "" || word === "." || word.includes("://")) return [];
  const value = word
    .replace(/^-[^=]*=/, "")
    .replace(/^@/, "")
    .replace(/\/\.\.\.$/, "");
  if (value === "" || value.startsWith("-") || value === ".") return [];
  // WHY from the root alone: most calls stand there, and a word that is only a name names much else.
  const path = joinPath(root, value);
  return /^\w+(?:\.\w+)+$/.test(value)
    ? [path, `${joinPath(root, value.replaceAll(".", "/"))}.py`]
    : [path];
}

/** Whether a path was written, or is a directory in which files were. */
function holdsWritten(written: ReadonlySet<string>, path: string): boolean {
  if (wasWritten(written, path)) return true;
  let count = 0;
  for (const place of written) {
    if ((count += 1) > PLACES_MAX) return true;
    if (place.startsWith(`${path}/`)) return true;
  }
  return false;
}
