// Declared installs: those of which all that comes is named by files of the project that were there before the session (decision 0008).
import { joinPath } from "#base/path.ts";
import { type Text, textOf } from "../../shell/values/text.ts";
import type { DeclaredInstall } from "../../vocabulary/effect.ts";
import type { Consequence, ModelContext } from "../model/command-model.ts";
import { exactLockOf } from "./exact-lock.ts";
import { declaredByGo, GO_FILES } from "./go-packages.ts";
import { LookedAt } from "./looked-at.ts";
import { declaredByNode } from "./node-packages.ts";
import { NODE_FILES } from "./node-manifests.ts";
import { declaredByPip, declaredByUvPip } from "./python-packages.ts";
import { declaredByPythonTool } from "./python-projects.ts";
import { PYTHON_FILES } from "./pyproject.ts";
import { declaredByBundler, RUBY_FILES } from "./ruby-packages.ts";
import { declaredByCargo, RUST_FILES } from "./rust-packages.ts";
import { isToldByVariables } from "./told-by-environment.ts";

/** Whether all that a call brings is named already; the files that say so are remembered. */
type Judge = (words: readonly string[], directory: string, looked: LookedAt) => boolean;

const byNode =
  (name: string): Judge =>
  (...asked) =>
    declaredByNode(name, ...asked);
const byPython =
  (name: string): Judge =>
  (...asked) =>
    declaredByPythonTool(name, ...asked);

const JUDGES: Readonly<Record<string, Judge>> = {
  ...Object.fromEntries(["npm", "pnpm", "yarn", "bun"].map((name) => [name, byNode(name)])),
  ...Object.fromEntries(["poetry", "pdm", "rye", "pipenv"].map((name) => [name, byPython(name)])),
  uv: (...asked) => declaredByUvPip(...asked) || declaredByPythonTool("uv", ...asked),
  bundle: declaredByBundler,
  bundler: declaredByBundler,
  cargo: declaredByCargo,
  // The gateway knows no registry of modules: in the sandbox these work with what the machine has, and bring nothing.
  go: declaredByGo,
};

function judgeOf(name: string): Judge | undefined {
  if (/^pip3?(?:\.\d+)?$/.test(name)) return declaredByPip;
  return Object.hasOwn(JUDGES, name) ? JUDGES[name] : undefined;
}

/** Settings of the person, which may say another place or another file; what the person wrote there is theirs. */
const PERSONS = [
  ...[
    ".npmrc",
    ".yarnrc",
    ".yarnrc.yml",
    ".bunfig.toml",
    ".config/pnpm/rc",
    ".config/.bunfig.toml",
  ],
  ...["Library/Preferences/pnpm/rc", ".config/pip/pip.conf", ".pip/pip.conf", ".config/uv/uv.toml"],
  ...["Library/Application Support/pip/pip.conf", ".config/pypoetry/config.toml"],
  ...[".config/pdm/config.toml", ".bundle/config", ".gemrc", ".cargo/config.toml", ".cargo/config"],
  ".config/go/env",
];

const RUNS_RECIPES = /^(?:make|just|task)$/;
const RECIPES =
  /(?:^|\/)(?:(?:gnu)?makefile[^/]*|[^/]*\.mk|\.?justfile|[^/]*\.just|taskfile[^/]*)$/i;

/** The consequences of a call, of which an install says so where all that it brings is declared. */
export function withDeclared(
  name: string,
  args: readonly Text[],
  consequences: readonly Consequence[],
  context: ModelContext,
): readonly Consequence[] {
  if (!consequences.some(isPlainInstall)) return consequences;
  const declared = declaredBy(name, args, context);
  if (declared === undefined) return consequences;
  return consequences.map((one) =>
    isPlainInstall(one) ? { ...one, effect: { ...one.effect, declared } } : one,
  );
}

type Install = Extract<Consequence, { kind: "effect" }> & {
  readonly effect: Extract<Extract<Consequence, { kind: "effect" }>["effect"], { kind: "install" }>;
};

function isPlainInstall(one: Consequence): one is Install {
  return one.kind === "effect" && one.effect.kind === "install" && one.effect.locked === undefined;
}

function declaredBy(
  name: string,
  args: readonly Text[],
  context: ModelContext,
): DeclaredInstall | undefined {
  const judge = judgeOf(name);
  const { directory } = context;
  const words = args.map((word) => textOf(word));
  if (judge === undefined || directory === undefined || !words.every((one) => one !== undefined))
    return undefined;
  if (isToldByVariables(context)) return undefined;
  const { home, projectFiles } = context;
  if (PERSONS.some((path) => projectFiles.mayBeWritten(joinPath(home, path)))) return undefined;
  // What a recipe sets for its commands is not followed.
  const isOfRecipe = RUNS_RECIPES.test(context.startedBy ?? "");
  if (isOfRecipe && projectFiles.mayHaveWritten(RECIPES, projectFiles.root, true)) return undefined;
  const looked = new LookedAt(context);
  if (!judge(words, directory, looked)) return undefined;
  const exact = exactLockOf(name, words, context);
  return { files: looked.paths, ...(exact === undefined ? {} : { exact }) };
}

/** Whether installs by a program of this name may be declared. */
export function isManager(name: string): boolean {
  return judgeOf(name) !== undefined;
}

/** Whether a word names such a file, alone, as the value of an option, or within code. */
export function isToldWithin(word: string): boolean {
  return word.split(/[\s"'`()=,;:<>|&{}[\]]+/).some(isToldBy);
}

/** Whether a file of this name, wherever it lies, may say what an install brings. */
export function isToldBy(path: string): boolean {
  return [NODE_FILES, PYTHON_FILES, RUBY_FILES, RUST_FILES, GO_FILES].some((names) =>
    names.test(path),
  );
}
