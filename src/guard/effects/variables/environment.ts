// Environment variables: which make other programs run code, and what is shown when all of them are printed.
import { isSecretVariable } from "#base/secret-variables.ts";
import { redirectionOf } from "#base/redirecting-variables.ts";
import {
  ENVIRONMENT,
  ENVIRONMENT_FILE,
  hole,
  literal,
  SECRET_VARIABLE,
  type TextSet,
  textsOf,
} from "../../shell/values/text.ts";
import type { Consequence } from "../model/command-model.ts";
import { prints, reads } from "../model/consequences.ts";
import type { DataSource } from "../../vocabulary/effect.ts";
import { addsOptions } from "./option-env-vars.ts";

/**
 * Names of the list that people set for one call every day. WHY they are left out: the programs that heed them run code of the
 * project anyway and are judged by that (`CC`, `RUSTFLAGS`), or evaluation follows the variable itself (`PATH`).
 */
const EVERYDAY = new Set([
  ...["PATH", "SHELL", "CC", "CXX", "LD", "PYTHONPATH", "NODE_PATH", "CLASSPATH", "XDG_DATA_HOME"],
  ...["RUSTC", "RUSTC_WRAPPER", "RUSTC_WORKSPACE_WRAPPER", "RUSTDOC", "RUSTFLAGS", "CARGO_HOME"],
  ...["RUSTUP_HOME", "GOFLAGS", "GOROOT", "GOENV", "MAVEN_OPTS", "MAVEN_ARGS", "GRADLE_OPTS"],
  ...["GRADLE_USER_HOME", "CMAKE_TOOLCHAIN_FILE", "NVM_DIR", "GEM_HOME", "GEM_PATH"],
  ...["BUNDLE_GEMFILE", "COMPOSER_HOME", "ANSIBLE_CONFIG", "KUBECONFIG", "DOCKER_CONFIG"],
  ...["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"],
]);
const EVERYDAY_FAMILY = /^(?:CARGO_(?:TARGET|BUILD)|YARN|PNPM)_/;
/** Whom a package comes from, and so whose code is installed. */
const PACKAGE_SOURCE = /^PIP_.*INDEX_URL$/i;

/**
 * A prompt that runs nothing: text, and variables, whose values are not expanded again. `\044` and `\$` become a dollar, which is
 * expanded. WHY nothing else is followed: it is expanded before each later command, where variables and functions are other ones.
 */
const PLAIN_PROMPT =
  /^(?:[^$`\\]|\\[A-Za-z[\]]|\$[A-Za-z_]\w*(?!\w)|\$\{[A-Za-z_]\w*(?:\[\d+\])?(?:(?:[#%]|:?[-+])(?:[^$`\\{}]|\$[A-Za-z_]\w*(?!\w)|\$\{[A-Za-z_]\w*(?:\[\d+\])?\})*)?\})*$/;

/** Names of lists of places that are looked in for code. */
const PLACES_OF_CODE = /^(PATH|PYTHONPATH|NODE_PATH|CLASSPATH|GOPATH|GEM_PATH|LUA_C?PATH)$/;

/** Whether a variable names files to run or load, or places in which code is looked for. */
export function namesCode(name: string): boolean {
  return PLACES_OF_CODE.test(name) || redirectionOf(name, "some/value") === "runs-code";
}

/** Whether people set a variable every day, for programs that are judged by what they run. */
export function isEveryday(name: string): boolean {
  return EVERYDAY.has(name.toUpperCase()) || EVERYDAY_FAMILY.test(name.toUpperCase());
}

/** Names whose value is a program or a switch, and values that turn it off or name a program that only prints. */
const PROGRAM_NAMED =
  /(?:PAGER|EDITOR|VISUAL|ASKPASS|BROWSER|LESSOPEN|LESSCLOSE|FCEDIT|_SSH|_COMMAND|_RSH|_DIFF)$|^NPM_CONFIG_/i;
const HARMLESS = new Set([
  ...["cat", "/bin/cat", "/usr/bin/cat", "true", "false", "/bin/true", "less", ":", "0", "1"],
]);

/**
 * Whether a variable with one of these values may make a program run or load code. `home` is the user's own home, which
 * `HOME` may name.
 */
export function makesProgramsRunCode(name: string, values: TextSet, home: string): boolean {
  const known = textsOf(values);
  if (name === "PS4") return known?.every((value) => PLAIN_PROMPT.test(value)) !== true;
  const upper = name.toUpperCase();
  // WHY: `env` is nobody's `ENV`; only npm reads its own in both.
  if (name !== upper && !/^(?:npm_config|BASH_FUNC)_/.test(name)) return false;
  if (isEveryday(name)) return false;
  if (known !== undefined && addsOptions(name)) return false;
  return (known ?? ["some/value"]).some((value) => {
    if (value === "" || (name === "HOME" && value === home)) return false;
    if (PROGRAM_NAMED.test(name) && HARMLESS.has(value)) return false;
    return PACKAGE_SOURCE.test(name) || redirectionOf(name, value) === "runs-code";
  });
}

/** Names whose values are places, languages and versions, never keys. */
const PLAIN_NAMES =
  "HOME|USER|LOGNAME|SHELL|PWD|OLDPWD|LANG|LANGUAGE|TZ|TERM|COLORTERM|EDITOR|VISUAL|PAGER|HOSTNAME|DISPLAY|TMPDIR|SHLVL|CI|NODE_ENV|NODE_PATH|NODE_VERSION|VIRTUAL_ENV|CONDA_PREFIX|CONDA_DEFAULT_ENV|JAVA_VERSION|MAVEN_HOME|GRADLE_HOME|GOOS|GOARCH|CARGO_HOME|RUST_LOG|RUST_BACKTRACE|GEM_HOME|GEM_PATH|ANDROID_HOME|MANPATH|KUBECONFIG";
/** Beginnings of names of which the same holds, whatever follows. */
const PLAIN_BEGINNINGS =
  "PATH|LC_|XDG_|NVM_|PYENV_|RBENV_|RUSTUP_|GOPATH|GOROOT|PYTHONPATH|JAVA_HOME|LD_LIBRARY_PATH";
/** Names that a pattern may stand for; of more nothing is told. */
const NAMES_MAX = 64;
const PLAIN_NAME = new RegExp(`^(?:${PLAIN_NAMES})$`);
const PLAIN_BEGINNING = new RegExp(`^(?:${PLAIN_BEGINNINGS})`);

/**
 * Whether a pattern for `grep` lets through lines of plain names alone: `^NAME=` of any name that is no key by how it is
 * called, `^BEGINNING` of those below, and for extended patterns groups of them.
 */
function selectsPlain(pattern: string, isExtended: boolean): boolean {
  const [, body, end] = /^\^([\w|()]+)(=?)$/.exec(pattern) ?? [];
  if (body === undefined || (!isExtended && /[|()]/.test(body))) return false;
  // WHY: `^A|B` lets through every line with a B in it.
  const names = /\|(?![^(]*\))/.test(body) ? undefined : namesIn(body);
  return names?.every((name) => isPlainName(name, end === "=")) === true;
}

function isPlainName(name: string, isWhole: boolean): boolean {
  if (PLAIN_BEGINNING.test(name)) return !isSecretVariable(name);
  return isWhole && (PLAIN_NAME.test(name) || !isSecretVariable(name));
}

/** The names that letters and groups of choices stand for, which hold no further groups. */
function namesIn(body: string): readonly string[] | undefined {
  let names = [""];
  for (const [part, choices] of body.matchAll(/\(([\w|]+)\)|\w+/g)) {
    const next = choices?.split("|") ?? [part];
    names = names.flatMap((name) => next.map((one) => name + one));
    if (names.length > NAMES_MAX) return undefined;
  }
  return body.replace(/\(([\w|]+)\)|\w+/g, "") === "" ? names : undefined;
}

/**
 * Every variable is printed. Only a filter that lets through lines of plain names keeps the others from being seen: the
 * names alone cannot be cut out line by line, because a key of several lines has lines that look like anything. Where a zero
 * byte stands behind each, which no value holds, they can.
 */
export function printsEnvironment(
  consumer: readonly string[] | undefined,
  isZeroBetween: boolean,
): readonly Consequence[] {
  if (!isZeroBetween) return printsFrom(ENVIRONMENT, consumer);
  if (consumer !== undefined && cutsNames(consumer)) return [prints([[hole("missing-fact")]])];
  return printsFrom(ENVIRONMENT, undefined);
}

/** `cut -z -d= -f1`, in any order. */
function cutsNames([program, ...words]: readonly string[]): boolean {
  const text = words.join(" ");
  return (
    program === "cut" &&
    /^(?:(?:-[sz]+|--zero-terminated|--only-delimited|-d ?=|-f ?1)(?: |$))+$/.test(text) &&
    /(?:^| )(?:-s*z[sz]*|--zero-terminated)(?: |$)/.test(text) &&
    /(?:^| )-d ?=(?: |$)/.test(text) &&
    /(?:^| )-f ?1(?: |$)/.test(text)
  );
}

/** As much as `printsEnvironment`, of single variables: which ones stands in a text that is not known. */
export function printsVariables(consumer: readonly string[] | undefined): readonly Consequence[] {
  return printsFrom(SECRET_VARIABLE, consumer);
}

function printsFrom(
  source: DataSource,
  consumer: readonly string[] | undefined,
): readonly Consequence[] {
  if (consumer !== undefined && showsPlainNames(consumer))
    return [prints([[hole("missing-fact")]])];
  return [
    reads(literal(ENVIRONMENT_FILE.path)),
    prints([[hole("missing-fact", { sources: [source] })]]),
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
  return selectsPlain(pattern, isExtended);
}
