// What a project of Python says that it needs: `pyproject.toml` in the forms of its tools, `Pipfile`, and programs that build.
import { joinPath } from "#base/path.ts";
import { readToml } from "../languages/formats/toml.ts";
import { entriesOf, itemsOf, type Outline, valueAt } from "../languages/formats/yaml.ts";
import type { LookedAt } from "./looked-at.ts";
import { normalName, requiredName } from "./requirements.ts";

/** Files by which tools of Python are told what to bring, in any directory. */
export const PYTHON_FILES =
  /(?:^|\/)(?:pyproject\.toml|setup\.(?:py|cfg)|(?:[\w.-]*requirements?|(?:[\w-]*[._-])?(?:reqs?|constraints?|deps|dependencies))[\w.-]*\.(?:txt|in)|(?:requirements|reqs)\/[\w.-]+\.(?:txt|in)|Pipfile(?:\.lock)?|(?:uv|poetry|pdm|pylock[\w.-]*|requirements[\w-]*)\.(?:lock|toml)|pip\.(?:conf|ini)|\.pdm\.toml)$/i;
/** Files that a program that builds may take names from. */
const DATA_FILES = /\.(?:txt|in|cfg|toml|ini|json|lock|ya?ml)$/;

/** What such a file names. */
type Named = {
  readonly names: ReadonlySet<string>;
  /** Whether all of it is a package of a registry or one of the project itself. */
  readonly isPlain: boolean;
  /** Whether it leaves what it needs to another file or program. */
  readonly isOpen: boolean;
  /** Whether it names other packages of the project. */
  readonly hasLocals: boolean;
};

/** Collects what the sections of one file name. */
class Sections {
  readonly #directory: string;
  readonly #looked: LookedAt;
  readonly names = new Set<string>();
  isPlain = true;
  hasLocals = false;

  constructor(directory: string, looked: LookedAt) {
    this.#directory = directory;
    this.#looked = looked;
  }

  /** A list of requirements, each as a line. */
  list(value: Outline): void {
    if (value !== undefined && !Array.isArray(value)) this.isPlain = false;
    for (const one of itemsOf(value)) {
      // `{ include-group = "test" }` names a list of the same file.
      if (typeof one !== "string") {
        if (entriesOf(one).some(([key]) => key !== "include-group")) this.isPlain = false;
        continue;
      }
      const name = requiredName(one);
      if (name === undefined) this.isPlain = false;
      else this.names.add(name);
    }
  }

  /** Names to versions, or to tables that say more. */
  table(value: Outline): void {
    for (const [name, said] of entriesOf(value)) {
      if (requiredName(name) === undefined) this.isPlain = false;
      const entries = Array.isArray(said) ? itemsOf(said) : [said];
      if (!entries.every((one) => this.#isOwn(one))) this.isPlain = false;
      else if (!entries.some((one) => valueAt(one, "path") !== undefined) && name !== "python")
        this.names.add(normalName(name));
    }
  }

  /** Where names come from other places than the registry. */
  sources(value: Outline): void {
    for (const [, said] of entriesOf(value))
      for (const one of Array.isArray(said) ? itemsOf(said) : [said])
        if (!this.#isOwn(one)) this.isPlain = false;
  }

  /** Files that a program that builds takes names from, as its settings have them. */
  files(value: Outline): void {
    for (const [key, said] of entriesOf(value)) {
      if (!/^file(?:s|name)?$/.test(key)) this.files(said);
      else
        for (const one of Array.isArray(said) ? itemsOf(said) : [said])
          if (typeof one !== "string" || !this.#isUntouched(one)) this.isPlain = false;
    }
  }

  #isUntouched(word: string): boolean {
    const path = this.#looked.inProject(this.#directory, word);
    return path !== undefined && this.#looked.place(path) !== undefined;
  }

  #isOwn(said: Outline): boolean {
    if (typeof said === "string") return /^[\w.,^~<>=!* |+-]*$/.test(said);
    if (entriesOf(said).some(([key]) => ELSEWHERE.test(key))) return false;
    const path = valueAt(said, "path");
    if (path === undefined) return true;
    this.hasLocals = true;
    return typeof path === "string" && this.#looked.inProject(this.#directory, path) !== undefined;
  }
}

/** Keys by which a requirement names a repository or an address. */
const ELSEWHERE = /^(?:git|url|file|hg|svn|bzr|ref|subdirectory)$/;

function namedByPyproject(text: string, directory: string, looked: LookedAt): Named {
  const file = readToml(text);
  const found = new Sections(directory, looked);
  const tool = (...keys: readonly string[]): Outline => valueAt(file, "tool", ...keys);
  for (const one of [
    valueAt(file, "project", "dependencies"),
    valueAt(file, "build-system", "requires"),
    ...[
      ["uv", "dev-dependencies"],
      ["uv", "constraint-dependencies"],
    ].map((keys) => tool(...keys)),
    ...[
      ["uv", "override-dependencies"],
      ["rye", "dev-dependencies"],
    ].map((keys) => tool(...keys)),
    ...[
      valueAt(file, "project", "optional-dependencies"),
      valueAt(file, "dependency-groups"),
      tool("pdm", "dev-dependencies"),
    ].flatMap((groups) => entriesOf(groups).map(([, list]) => list)),
  ])
    found.list(one);
  for (const one of [
    tool("poetry", "dependencies"),
    tool("poetry", "dev-dependencies"),
    ...entriesOf(tool("poetry", "group")).map(([, group]) => valueAt(group, "dependencies")),
  ])
    found.table(one);
  found.sources(tool("uv", "sources"));
  found.files(tool("setuptools", "dynamic"));
  found.files(tool("hatch", "metadata", "hooks"));
  const dynamic = itemsOf(valueAt(file, "project", "dynamic"));
  const members = tool("uv", "workspace", "members");
  return {
    names: found.names,
    isPlain: found.isPlain,
    isOpen: dynamic.some((one) => typeof one === "string" && one.endsWith("dependencies")),
    hasLocals: found.hasLocals || members !== undefined,
  };
}

/** What the project in a directory needs; undefined where there is none, or where anything of it leaves a doubt. */
export function pythonProject(
  directory: string,
  looked: LookedAt,
): { readonly names: ReadonlySet<string> } | undefined {
  if (looked.upwards(directory).length === 0) return undefined;
  const seen = looked.read(joinPath(directory, "pyproject.toml"));
  const programs = ["setup.py", "setup.cfg"].map((name) => looked.place(joinPath(directory, name)));
  if (seen === undefined || programs.includes(undefined)) return undefined;
  const hasProgram = programs.includes("file");
  if (seen === "missing" && !hasProgram) return undefined;
  const said = seen === "missing" ? undefined : namedByPyproject(seen.text, directory, looked);
  if (said?.isPlain === false || looked.mayHaveWritten(PYTHON_FILES, directory, false))
    return undefined;
  const isOpen = hasProgram || said?.isOpen === true;
  if (isOpen && looked.mayHaveWritten(DATA_FILES, directory, true)) return undefined;
  if (said?.hasLocals === true && looked.mayHaveWritten(PYTHON_FILES, looked.root, true))
    return undefined;
  return { names: said?.names ?? new Set() };
}

/** What a `Pipfile` names, in the same way. */
export function pipfileProject(
  directory: string,
  looked: LookedAt,
): { readonly names: ReadonlySet<string> } | undefined {
  const seen = looked.read(joinPath(directory, "Pipfile"));
  if (seen === undefined || seen === "missing") return undefined;
  const file = readToml(seen.text);
  const found = new Sections(directory, looked);
  for (const [key, section] of entriesOf(file))
    if (!/^(?:source|requires|scripts|pipenv)$/.test(key)) found.table(section);
  const top = found.hasLocals ? looked.root : directory;
  const isWritten = looked.mayHaveWritten(PYTHON_FILES, top, found.hasLocals);
  return found.isPlain && !isWritten ? { names: found.names } : undefined;
}
