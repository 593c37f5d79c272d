// uv, poetry, pdm, rye and pipenv: installs that bring what the project's own manifest names.
import { joinPath } from "#base/path.ts";
import type { LookedAt } from "./looked-at.ts";
import { pipfileProject, pythonProject } from "./pyproject.ts";
import { localPath, requiredName, requirementsAt } from "./requirements.ts";
import { type Grammar, NUMBER, PATH, PLAIN, readWords, valuesOf } from "./words.ts";

type Tool = {
  readonly verbs: RegExp;
  /** Verbs that take names of packages, where the manifest has them already. */
  readonly named: RegExp;
  readonly grammar: Grammar;
  /** Options that name the directory to work in. */
  readonly directory: readonly string[];
  readonly locks: readonly string[];
  readonly project: typeof pythonProject;
};

const VERSION = /^(?:(?:python)?\d[\d.]*|\.?venv(?:\/bin\/python3?)?)$/;

const TOOLS: Readonly<Record<string, Tool>> = {
  uv: {
    verbs: /^(?:sync|lock|add)$/,
    named: /^add$/,
    grammar: {
      flags:
        /^--(?:frozen|locked|all-extras|no-dev|dev|only-dev|all-groups|no-default-groups|no-install-project|no-install-workspace|no-install-local|inexact|exact|no-editable|upgrade|reinstall|no-cache|offline|quiet|verbose|no-progress|all-packages|no-build|no-build-isolation|compile-bytecode|check|dry-run|no-managed-python|refresh|native-tls|no-sync|raw-sources)$/,
      letters: "qvUn",
      valued: {
        "--extra": PLAIN,
        "--no-extra": PLAIN,
        "--group": PLAIN,
        "--no-group": PLAIN,
        "--only-group": PLAIN,
        "--package": PLAIN,
        "--upgrade-package": PLAIN,
        "-P": PLAIN,
        "--reinstall-package": PLAIN,
        "--link-mode": PLAIN,
        "--resolution": PLAIN,
        "--prerelease": PLAIN,
        "--color": PLAIN,
        "--optional": PLAIN,
        "--bounds": PLAIN,
        "-p": VERSION,
        "--python": VERSION,
        "--directory": PATH,
        "--project": PATH,
      },
    },
    directory: ["--directory", "--project"],
    locks: ["uv.lock", "uv.toml"],
    project: pythonProject,
  },
  poetry: {
    verbs: /^(?:install|sync|update|lock|add)$/,
    named: /^(?:update|add)$/,
    grammar: {
      flags:
        /^--(?:no-root|no-dev|only-root|sync|no-directory|all-extras|all-groups|compile|no-interaction|no-ansi|ansi|no-cache|no-plugins|quiet|verbose|dry-run|lock|no-update|regenerate|dev|optional|allow-prereleases)$/,
      letters: "qvnD",
      valued: {
        "--with": PLAIN,
        "--without": PLAIN,
        "--only": PLAIN,
        "--group": PLAIN,
        "-G": PLAIN,
        "--extras": /^[\w ,.-]+$/,
        "-E": /^[\w ,.-]+$/,
        "--directory": PATH,
        "-C": PATH,
        "--project": PATH,
        "-P": PATH,
      },
    },
    directory: ["--directory", "-C", "--project", "-P"],
    locks: ["poetry.lock", "poetry.toml"],
    project: pythonProject,
  },
  pdm: {
    verbs: /^(?:install|sync|update|lock|add)$/,
    named: /^(?:update|add)$/,
    grammar: {
      flags:
        /^--(?:dev|prod|production|no-default|no-lock|frozen-lockfile|no-self|no-editable|check|clean|only-keep|no-isolation|quiet|verbose|fail-fast|dry-run|refresh|unconstrained|top|no-sync|update-all|update-reuse|update-eager)$/,
      letters: "qvdx",
      valued: {
        "-G": PLAIN,
        "--group": PLAIN,
        "--with": PLAIN,
        "--without": PLAIN,
        "-p": PATH,
        "--project": PATH,
      },
    },
    directory: ["-p", "--project"],
    locks: ["pdm.lock", "pdm.toml"],
    project: pythonProject,
  },
  rye: {
    verbs: /^(?:sync|lock)$/,
    named: /^$(?!)/,
    grammar: {
      flags: /^--(?:no-lock|update-all|no-dev|all-features|quiet|verbose|force|pre)$/,
      letters: "qvf",
      valued: { "--features": PLAIN, "--update": PLAIN },
    },
    directory: [],
    locks: ["requirements.lock", "requirements-dev.lock"],
    project: pythonProject,
  },
  pipenv: {
    verbs: /^(?:install|sync|lock|update|upgrade)$/,
    named: /^(?:install|update|upgrade)$/,
    grammar: {
      flags:
        /^--(?:dev|deploy|ignore-pipfile|skip-lock|keep-outdated|clear|verbose|quiet|pre|sequential|categories=[\w ,-]+)$/,
      letters: "dqv",
      valued: {
        "-r": PATH,
        "--requirements": PATH,
        "--categories": /^[\w ,-]+$/,
        "--python": /^\d[\d.]*$/,
        "--pypi-timeout": NUMBER,
      },
    },
    directory: [],
    locks: ["Pipfile.lock"],
    project: pipfileProject,
  },
};

/** Whether all that such a call brings is named by the manifest of the project. */
export function declaredByPythonTool(
  name: string,
  words: readonly string[],
  directory: string,
  looked: LookedAt,
): boolean {
  const tool = Object.hasOwn(TOOLS, name) ? TOOLS[name] : undefined;
  const told = tool === undefined ? undefined : readWords(words, tool.grammar);
  if (tool === undefined || told === undefined) return false;
  const [verb = "", ...names] = told.operands;
  const [folder = ".", ...others] = valuesOf(told, ...tool.directory);
  const place = looked.inProject(directory, folder);
  if (!tool.verbs.test(verb) || others.length > 0 || place === undefined) return false;
  const folders = looked.upwards(place);
  // WHY all before any is looked at: what is not known yet is asked for at once.
  const found = folders.map((one) => tool.project(one, looked));
  const areThere = folders.map((one) => looked.place(joinPath(one, manifestOf(tool))));
  const areLocksFine = looked.areUntouched(folders, tool.locks);
  const files = valuesOf(told, "-r", "--requirements").map((one) => {
    const path = looked.ownFile(place, one);
    return path === undefined ? undefined : requirementsAt(path, place, looked);
  });
  const nearest = areThere.indexOf("file");
  if (
    !areLocksFine ||
    nearest < 0 ||
    files.some((one) => one === undefined || one.projects.length > 0)
  )
    return false;
  // Each that is around it may make it part of a larger one.
  if (areThere.some((one, at) => one !== "missing" && found[at] === undefined)) return false;
  if (names.length === 0) return verb !== "add";
  const known = found[nearest]?.names ?? new Set<string>();
  return (
    tool.named.test(verb) &&
    names.every((one) => {
      // The others take what follows for a place: `uv add httpx@x` is the directory `x`.
      const plain = name === "poetry" ? one.replace(/@[\w.^~<>=!*,+-]+$/, "") : one;
      const asked = localPath(one) === undefined ? requiredName(plain) : undefined;
      return asked !== undefined && known.has(asked);
    })
  );
}

function manifestOf({ project }: Tool): string {
  return project === pipfileProject ? "Pipfile" : "pyproject.toml";
}
