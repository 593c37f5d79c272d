// Environment variables: which make other programs run code, and what is shown when all of them are printed.
import { hole, literal, type TextSet, textsOf } from "../shell/text.ts";
import { type Consequence, prints, reads } from "./command-model.ts";

/** Names whose value is run or loaded by common programs. Patterns are anchored at both ends. */
const EXECUTING: readonly RegExp[] = [
  /^LD_(PRELOAD|LIBRARY_PATH|AUDIT)$/,
  /^DYLD_.*$/,
  /^(BASH_ENV|ENV|PROMPT_COMMAND|ZDOTDIR)$/,
  /^GIT_(SSH|SSH_COMMAND|EXTERNAL_DIFF|PAGER|EDITOR|SEQUENCE_EDITOR|ASKPASS|PROXY_COMMAND|EXEC_PATH|TEMPLATE_DIR|CONFIG.*|ALLOW_PROTOCOL)$/,
  /^(PAGER|MANPAGER|EDITOR|VISUAL|BROWSER|SSH_ASKPASS|LESSOPEN|LESSCLOSE|RSYNC_RSH|SUDO_ASKPASS|FCEDIT)$/,
  /^(NODE_OPTIONS|PERL5OPT|PERL5LIB|RUBYOPT|RUBYLIB|PYTHONSTARTUP|PYTHONHOME|JAVA_TOOL_OPTIONS|_JAVA_OPTIONS)$/,
  /^(CURL_HOME|WGETRC|NPM_CONFIG_.*|npm_config_.*|PIP_.*INDEX_URL|GREP_COLORS_PROGRAM)$/,
  /^BASH_FUNC_.*$/,
];

/** Values that turn such a variable off or name a program that only prints. */
const HARMLESS = new Set([
  "",
  "cat",
  "/bin/cat",
  "/usr/bin/cat",
  "true",
  "/bin/true",
  "less",
  ":",
  "0",
  "1",
]);

/** Whether a variable with one of these values may make a program run or load code. */
export function makesProgramsRunCode(name: string, values: TextSet): boolean {
  if (name === "PS4") return textsOf(values)?.every((value) => !/[$`]/.test(value)) !== true;
  if (!EXECUTING.some((pattern) => pattern.test(name))) return false;
  const known = textsOf(values);
  if (known === undefined) return true;
  if (name === "NODE_OPTIONS")
    return known.some((value) => !/^(--max[-_]old[-_]space[-_]size=\d+\s*)?$/.test(value));
  return known.some((value) => !HARMLESS.has(value));
}

/** Names whose values are places, languages and versions, never keys. */
const PLAIN_NAMES =
  "HOME|USER|LOGNAME|SHELL|PWD|OLDPWD|LANG|LANGUAGE|TZ|TERM|COLORTERM|EDITOR|VISUAL|PAGER|HOSTNAME|DISPLAY|TMPDIR|SHLVL|CI|NODE_ENV|NODE_PATH|NODE_VERSION|VIRTUAL_ENV|CONDA_PREFIX|CONDA_DEFAULT_ENV|JAVA_VERSION|MAVEN_HOME|GRADLE_HOME|GOOS|GOARCH|CARGO_HOME|RUST_LOG|RUST_BACKTRACE|GEM_HOME|GEM_PATH|ANDROID_HOME|MANPATH|KUBECONFIG";
/** Beginnings of names of which the same holds, whatever follows. */
const PLAIN_BEGINNINGS =
  "PATH|LC_|XDG_|NVM_|PYENV_|RBENV_|RUSTUP_|GOPATH|GOROOT|PYTHONPATH|JAVA_HOME|LD_LIBRARY_PATH";
const SELECTED = `(?:(?:${PLAIN_NAMES})=|(?:${PLAIN_BEGINNINGS})=?)`;
const SELECTING = new RegExp(`^\\^${SELECTED}$`);
const SELECTING_EXTENDED = new RegExp(
  `^\\^(?:${SELECTED}|\\((?:${PLAIN_NAMES}|${PLAIN_BEGINNINGS})(?:\\|(?:${PLAIN_NAMES}|${PLAIN_BEGINNINGS}))*\\)=)$`,
);

/**
 * Every variable is printed. Only a filter that lets through lines of plain names keeps the others from being seen: the
 * names alone cannot be cut out line by line, because a key of several lines has lines that look like anything.
 */
export function printsEnvironment(consumer: readonly string[] | undefined): readonly Consequence[] {
  if (consumer !== undefined && showsPlainNames(consumer))
    return [prints([[hole("missing-fact")]])];
  return [
    reads(literal("/proc/self/environ")),
    prints([[hole("missing-fact", { sources: [{ kind: "unknown" }] })]]),
  ];
}

/** `grep '^PATH'` and its like. */
function showsPlainNames([program, ...words]: readonly string[]): boolean {
  const pattern = words.at(-1);
  const options = words.slice(0, -1);
  if (pattern === undefined || !options.every((option) => /^-(?:[Ei]+|-color=auto)$/.test(option)))
    return false;
  const isExtended = program === "egrep" || options.some((option) => /^-[Ei]*E/.test(option));
  if (program !== "grep" && program !== "egrep") return false;
  return (isExtended ? SELECTING_EXTENDED : SELECTING).test(pattern);
}
