// pip and uv's pip: installs that bring what files of requirements, or the project itself, name.
import { baseName, joinPath, parentPath } from "#base/path.ts";
import type { LookedAt } from "./looked-at.ts";
import { pythonProject, PYTHON_FILES } from "./pyproject.ts";
import { localPath, requiredName, requirementsAt } from "./requirements.ts";
import { type Grammar, NUMBER, PATH, PLAIN, readWords, valuesOf } from "./words.ts";

const PROJECT = /^[\w.@/+,[\] -]+$/;
const FILES: Readonly<Record<string, RegExp>> = {
  "-r": PATH,
  "--requirement": PATH,
  "-c": PATH,
  "--constraint": PATH,
  "-e": PROJECT,
  "--editable": PROJECT,
};

const PIP: Grammar = {
  flags:
    /^--(?:quiet|verbose|upgrade|no-cache-dir|no-deps|force-reinstall|disable-pip-version-check|no-input|no-warn-script-location|no-warn-conflicts|no-build-isolation|pre|prefer-binary|no-color|require-virtualenv|isolated|dry-run|ignore-installed|no-compile|compile|use-pep517|check-build-dependencies|require-hashes|ignore-requires-python|no-clean)$/,
  letters: "qvUI",
  valued: {
    ...FILES,
    "--group": PLAIN,
    "--only-binary": PLAIN,
    "--no-binary": PLAIN,
    "--progress-bar": PLAIN,
    "--upgrade-strategy": PLAIN,
    "--use-feature": PLAIN,
    "--root-user-action": PLAIN,
    "--python-version": PLAIN,
    "--platform": PLAIN,
    "--implementation": PLAIN,
    "--abi": PLAIN,
    "--timeout": NUMBER,
    "--retries": NUMBER,
    "--default-timeout": NUMBER,
    "-d": PATH,
    "--dest": PATH,
    "-w": PATH,
    "--wheel-dir": PATH,
    "-t": PATH,
    "--target": PATH,
  },
};

const UV: Grammar = {
  flags:
    /^--(?:quiet|verbose|upgrade|reinstall|no-deps|no-cache|offline|strict|require-hashes|no-build-isolation|compile-bytecode|no-build|dry-run|exact|no-progress|all-extras|refresh|verify-hashes|native-tls)$/,
  letters: "qvUn",
  valued: {
    ...FILES,
    "--requirements": PATH,
    "--constraints": PATH,
    "--extra": PLAIN,
    "--group": PLAIN,
    "--link-mode": PLAIN,
    "--resolution": PLAIN,
    "--prerelease": PLAIN,
    "--color": PLAIN,
    "--python-version": PLAIN,
    "--python-platform": PLAIN,
    "--index-strategy": PLAIN,
    "--no-binary": PLAIN,
    "--only-binary": PLAIN,
    "--upgrade-package": PLAIN,
    "-P": PLAIN,
    "-p": /^(?:\d[\d.]*|\.?venv)$/,
    "--python": /^(?:\d[\d.]*|\.?venv(?:\/bin\/python3?)?)$/,
  },
};

/** Options whose value is a directory to put things in. */
const PLACES = ["-d", "--dest", "-w", "--wheel-dir", "-t", "--target"];
/** Where projects usually name what they need. */
const USUAL = [
  ...["requirements.txt", "requirements-dev.txt", "requirements_dev.txt", "dev-requirements.txt"],
  ...["requirements-test.txt", "test-requirements.txt", "requirements/base.txt"],
  ...["requirements/dev.txt", "requirements/test.txt"],
];

/** Whether all that a call of pip brings is named by files of the project. */
export function declaredByPip(
  words: readonly string[],
  directory: string,
  looked: LookedAt,
): boolean {
  const told = readWords(words, PIP);
  if (told === undefined) return false;
  const [verb = "", ...operands] = told.operands;
  return (
    /^(?:install|download|wheel)$/.test(verb) && isDeclared({ told, operands }, directory, looked)
  );
}

/** The same of `uv pip`. */
export function declaredByUvPip(
  words: readonly string[],
  directory: string,
  looked: LookedAt,
): boolean {
  const told = readWords(words, UV);
  if (told === undefined) return false;
  const [pip = "", verb = "", ...operands] = told.operands;
  if (pip !== "pip" || !/^(?:install|sync)$/.test(verb)) return false;
  if (verb === "install") return isDeclared({ told, operands }, directory, looked);
  const files = { ...told, values: new Map([...told.values, ["-r", operands]]) };
  return isDeclared({ told: files, operands: [] }, directory, looked);
}

type Asked = {
  readonly told: NonNullable<ReturnType<typeof readWords>>;
  readonly operands: readonly string[];
};

function isDeclared({ told, operands }: Asked, directory: string, looked: LookedAt): boolean {
  const files = valuesOf(
    told,
    ...["-r", "--requirement", "--requirements", "-c", "--constraint", "--constraints"],
  );
  const editable = valuesOf(told, "-e", "--editable");
  const projects = [...operands, ...editable];
  const isOfGroup = valuesOf(told, "--group").length > 0;
  // `-e requests` is the directory of that name where there is one.
  if (editable.some((one) => localPath(one) === undefined)) return false;
  if (looked.upwards(directory).length === 0) return false;
  if (looked.mayHaveWritten(PYTHON_FILES, directory, false)) return false;
  // `python -m pip` takes the one that lies there.
  if (looked.mayHaveWritten(/\/pip(?:\.py$|\/)/, directory, true)) return false;
  // A virtual environment has settings of its own.
  if (looked.mayHaveWritten(/\/pip\.(?:conf|ini)$/, directory, true)) return false;
  const places = valuesOf(told, ...PLACES).map((one) => looked.inProject(directory, one));
  const parts = [
    ...files.map((one) => isFileDeclared(one, directory, looked)),
    ...projects.map((one) => isProjectOrNamed(one, directory, looked)),
    ...(isOfGroup ? [pythonProject(directory, looked) !== undefined] : []),
  ];
  const isAsked = projects.length > 0 || isOfGroup || valuesOf(told, ...ASKING).length > 0;
  return isAsked && !places.includes(undefined) && parts.every(Boolean);
}

/** Files whose name says that they are requirements. WHY no other: any list of words may be read as names of packages. */
const REQUIREMENTS =
  /(?:^|[/._-])(?:requirements?|reqs?|constraints?|deps|dependencies)(?:[._-][\w.-]*)?\.(?:txt|in)$|\/(?:requirements|reqs)\/[\w.-]+\.(?:txt|in)$/i;
const ASKING = ["-r", "--requirement", "--requirements"];

function isFileDeclared(word: string, directory: string, looked: LookedAt): boolean {
  const path = looked.ownFile(directory, word);
  if (path === undefined) return false;
  if (baseName(path) === "pyproject.toml") return isProject(parentPath(path), looked);
  if (!REQUIREMENTS.test(path)) return false;
  const found = requirementsAt(path, directory, looked);
  if (found === undefined) return false;
  const isWritten = looked.mayHaveWritten(PYTHON_FILES, parentPath(path), false);
  return !isWritten && found.projects.map((one) => isProject(one, looked)).every(Boolean);
}

function isProject(directory: string, looked: LookedAt): boolean {
  return pythonProject(directory, looked) !== undefined;
}

/**
 * What an installer itself is made of: pip, and what it brings unasked to build any package with.
 * https://pip.pypa.io/en/stable/reference/build-system/
 */
const OF_INSTALLERS: ReadonlySet<string> = new Set(["pip", "setuptools", "wheel"]);

/** A path of a project, or a name that files of the project have already. */
function isProjectOrNamed(word: string, directory: string, looked: LookedAt): boolean {
  const path = localPath(word);
  if (path !== undefined) {
    const place = looked.inProject(directory, path);
    return place !== undefined && isProject(place, looked);
  }
  const name = requiredName(word);
  if (name === undefined) return false;
  return OF_INSTALLERS.has(name) || namesOf(directory, looked).has(name);
}

function namesOf(directory: string, looked: LookedAt): ReadonlySet<string> {
  const own = pythonProject(directory, looked)?.names ?? [];
  const listed = USUAL.map((one) => requirementsAt(joinPath(directory, one), directory, looked));
  return new Set([...own, ...listed.flatMap((one) => one?.names ?? [])]);
}
