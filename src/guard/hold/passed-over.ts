// Directories of a project in which nobody looks for what is to be hidden: packages, builds and caches of others.

/** Their names. What lies below one is not hidden from a held call. */
export const PASSED_OVER: ReadonlySet<string> = new Set(
  "node_modules .git .venv venv __pycache__ .tox .nox .mypy_cache .pytest_cache .terraform target .gradle .next .turbo"
    .split(" ")
    .concat(".cache", ".pnpm-store", "vendor"),
);

/** What a program leaves in a directory that it fills, and what the person has beside one. */
type Marks = { readonly inside: RegExp; readonly beside: readonly string[] };

const OF_PYTHON: Marks = { inside: /^pyvenv\.cfg$/, beside: [] };

/** Of names that people give to directories of their own as well. */
const MARKS: ReadonlyMap<string, Marks> = new Map([
  [".venv", OF_PYTHON],
  ["venv", OF_PYTHON],
  [
    "target",
    {
      inside: /^(?:CACHEDIR\.TAG|\.rustc_info\.json|(?:test-)?classes|maven-status)$/,
      beside: ["Cargo.toml", "pom.xml", "build.sbt", "project.clj"],
    },
  ],
  [
    "vendor",
    {
      inside: /^(?:modules\.txt|autoload\.php|composer|bundle|cache|.*\.dist-info)$/,
      beside: ["Cargo.toml"],
    },
  ],
]);

/** Whether a program filled a directory of such a name, so that nobody works in what lies below it. */
export function isFilled(
  name: string,
  around: { readonly entries: readonly string[]; readonly isBeside: (name: string) => boolean },
): boolean {
  const marks = MARKS.get(name);
  if (marks === undefined) return true;
  return (
    around.entries.some((entry) => marks.inside.test(entry)) || marks.beside.some(around.isBeside)
  );
}
