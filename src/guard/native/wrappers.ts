// Programs that start another one, as the client strips them before it holds a command against rules.
import type { CommandWord } from "./command-words.ts";

/** Variables that the client takes for harmless in front of a command. */
const HARMLESS_VARIABLES = new Set([
  "ANTHROPIC_API_KEY",
  "CI",
  "COLUMNS",
  "FORCE_COLOR",
  "GOARCH",
  "GOOS",
  "LANG",
  "LC_ALL",
  "LC_CTYPE",
  "NODE_ENV",
  "NO_COLOR",
  "PYTHONUNBUFFERED",
  "RUST_BACKTRACE",
  "RUST_LOG",
  "TERM",
  "TZ",
]);

/** Whether all the variables set in front of a command are harmless. */
export function areHarmless(names: readonly string[]): boolean {
  return names.every((name) => HARMLESS_VARIABLES.has(name));
}

/** How many words a wrapper takes of those it stands in front of; 0 where the client does not see through it. */
export function wrapperLength(words: readonly (string | undefined)[]): number {
  switch (words[0]) {
    case "timeout":
      return timeoutLength(words);
    case "time":
    case "nohup":
      return words[1]?.startsWith("-") === false ? 1 : 0;
    case "builtin":
    case "noglob":
      return words[1] === "--" ? 2 : 1;
    case "command":
      return commandLength(words);
    case "nice":
      return niceLength(words);
    case "stdbuf":
      return stdbufLength(words);
    default:
      return 0;
  }
}

function timeoutLength(words: readonly (string | undefined)[]): number {
  let at = 1;
  for (; words[at]?.startsWith("-") === true; at += 1) {
    const word = words[at] ?? "";
    if (/^(?:-s|-k|--signal|--kill-after)$/.test(word)) at += 1;
    else if (
      !/^(?:-[sk].+|--(?:signal|kill-after)=.+|-v|--(?:foreground|preserve-status|verbose))$/.test(
        word,
      )
    )
      return 0;
  }
  return /^\d+(?:\.\d+)?[smhd]?$/.test(words[at] ?? "") ? at + 1 : 0;
}

function commandLength(words: readonly (string | undefined)[]): number {
  let at = 1;
  if (words[at] === "-p") at += 1;
  if (words[at] === "--") at += 1;
  return words[at]?.startsWith("-") === true ? 0 : at;
}

function niceLength(words: readonly (string | undefined)[]): number {
  if (words[1] === "-n") return /^-?\d+$/.test(words[2] ?? "") ? 3 : 0;
  if (/^-\d+$/.test(words[1] ?? "")) return 2;
  return words[1]?.startsWith("-") === false ? 1 : 0;
}

function stdbufLength(words: readonly (string | undefined)[]): number {
  let at = 1;
  while (/^-[ioe](?:L|\d+)$/.test(words[at] ?? "")) at += 1;
  return at > 1 ? at : 0;
}

/** Programs behind which the client looks for a denied command at every place. */
const LOOKED_BEHIND = new Set([
  "env",
  "exec",
  "sudo",
  "doas",
  "ionice",
  "setsid",
  "watch",
  "strace",
  "ltrace",
  "unshare",
  "flock",
  "chrt",
  "taskset",
  "pkexec",
  "nsenter",
  "nocorrect",
]);

/** Programs of which the client says that what they start cannot be checked, whatever the allow rules say. */
export const UNCHECKED_STARTERS: ReadonlySet<string> = new Set([
  "ionice",
  "setsid",
  "watch",
  "strace",
  "ltrace",
  "unshare",
  "flock",
  "chrt",
  "taskset",
  "nsenter",
  "parallel",
  "script",
]);

/** Builtins that take their arguments for code; the client asks about each. */
export const CODE_BUILTINS: ReadonlySet<string> = new Set([
  ".",
  "alias",
  "coproc",
  "eval",
  "exec",
  "let",
  "mapfile",
  "readarray",
  "source",
  "trap",
]);

const FORMS_MAX = 64;

/** Of these alone the client holds what stands behind them against exact rules first. */
const PLAINLY_BEHIND = new Set(["env", "sudo", "doas"]);

/**
 * A form of a command that a deny or ask rule may speak of. `isBehindXargs`: more words follow. `isExact`: it is the command
 * itself, not what a program starts that the client does not follow.
 */
export type CommandForm = {
  readonly words: readonly string[];
  readonly isBehindXargs: boolean;
  readonly isExact: boolean;
};

/** All forms in which a deny or ask rule finds a command: without wrappers, variables, and the directory of a program. */
export function restrictedForms(words: readonly string[]): readonly CommandForm[] {
  const forms: CommandForm[] = [];
  const pending: { readonly form: readonly string[]; readonly isExact: boolean }[] = [
    { form: words, isExact: true },
  ];
  for (const { form, isExact } of pending) {
    const [first = "", ...rest] = form;
    const isStarted = LOOKED_BEHIND.has(first) && !PLAINLY_BEHIND.has(first);
    const add = (more: readonly string[]): void => {
      if (more.length > 0 && pending.length < FORMS_MAX)
        pending.push({ form: more, isExact: isExact && !isStarted });
    };
    forms.push({ words: form, isBehindXargs: false, isExact });
    if (first.includes("/") && !first.endsWith("/"))
      add([first.slice(first.lastIndexOf("/") + 1), ...rest]);
    if (/^[A-Za-z_]\w*(?:\[[^\]]*\])?\+?=/.test(first)) add(rest);
    const length = wrapperLength(form);
    if (length > 0) add(form.slice(length));
    // WHY: options that end a wrapper's own words are stripped for deny rules, not for allow rules.
    if (/^(?:time|nohup)$/.test(first) && /^-[-p]$/.test(rest[0] ?? "")) add(rest.slice(1));
    if (first === "timeout" && rest[0] === "--") add(rest.slice(2));
    if (LOOKED_BEHIND.has(first)) for (const at of rest.keys()) add(rest.slice(at));
    if (first === "xargs" && rest.length > 0)
      forms.push({ words: rest, isBehindXargs: true, isExact: false });
  }
  return forms;
}

/** The words behind all wrappers, as the client looks for paths: `env` with variables is one of them. */
export function innerWords(words: readonly CommandWord[]): readonly CommandWord[] {
  let rest = words;
  for (let rounds = 0; rounds < FORMS_MAX; rounds += 1) {
    let length = wrapperLength(rest.map(({ value }) => value));
    if (rest[0]?.value === "env") {
      length = 1;
      while (/^[A-Za-z_]\w*=/.test(rest[length]?.raw ?? "")) length += 1;
    }
    if (length === 0) return rest;
    rest = rest.slice(length);
  }
  return rest;
}

/** The words behind those wrappers under which the client still takes a command for harmless. */
export function harmlessWords(words: readonly CommandWord[]): readonly CommandWord[] {
  let rest = words;
  while (/^(?:timeout|command|builtin)$/.test(rest[0]?.value ?? "")) {
    const length = wrapperLength(rest.map(({ value }) => value));
    // WHY: options of `timeout` are fine where a rule allows the command, and not where none does.
    if (length === 0 || (rest[0]?.value === "timeout" && length > 2)) return rest;
    rest = rest.slice(length);
  }
  return rest;
}
