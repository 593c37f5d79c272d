// What the client lets run of a command that no rule restricts: allowed or harmless parts, on paths that are open to them.
import { ownValue } from "#base/own-value.ts";
import { byClient, byProtection, byRule } from "./answers.ts";
import type { BashCall } from "./bash-call.ts";
import type { CommandParts, FileRedirect, SimpleCommand } from "./command-parts.ts";
import { isBroad } from "./command-rule.ts";
import type { CommandWord } from "./command-words.ts";
import { fixedPart, pathsOf, WRITERS } from "./file-commands.ts";
import { hasClassifier, isEditing } from "./files.ts";
import { absolutePath, areInside, isProtected, pathForms, ruleOnAll } from "./places.ts";
import { isHarmless } from "./read-only.ts";
import type { CompiledRule } from "./session.ts";
import type { NativeAnswer } from "./stack.ts";
import {
  areHarmless,
  CODE_BUILTINS,
  harmlessWords,
  innerWords,
  UNCHECKED_STARTERS,
  wrapperLength,
} from "./wrappers.ts";

/** Said of a command that writes what the client protects. */
export const WRITES_PROTECTED = "it writes a protected file";

/** The client's answer where every part has to be allowed by itself. */
export function allowCommands(call: BashCall, parts: CommandParts): NativeAnswer {
  const [problem] = parts.problems;
  if (problem !== undefined) return byClient("ask", `it cannot be checked: ${problem}`);
  if (parts.setsVariable && !call.hasRunShell)
    return byClient("ask", "it sets a variable before the client has seen the shell");
  const moved = movesProblem(call, parts);
  if (moved !== undefined) return byClient("ask", moved);
  const whole = countingRules(call).find(
    ({ command }) => command?.exact !== undefined && command.exact === call.command.trim(),
  );
  let reason: NativeAnswer = byClient("allow", "the client takes the command for harmless");
  if (whole !== undefined) reason = byRule(whole, "a rule allows the command");
  for (const command of parts.commands) {
    const closed = closedPath(call, command);
    if (closed === WRITES_PROTECTED) return byProtection("ask", closed);
    if (closed !== undefined) return byClient("ask", closed);
    const allowed = allowCommand(call, command, whole);
    if (typeof allowed === "string") return byClient("ask", allowed);
    if (allowed !== undefined) reason = byRule(allowed, "a rule allows the command");
  }
  return reason;
}

/** Why a command that changes directory is asked about. */
function movesProblem(call: BashCall, parts: CommandParts): string | undefined {
  const moves = parts.commands.filter(({ words }) => words[0]?.value === "cd");
  if (moves.length > 1) return "it changes directory more than once";
  const [move] = moves;
  if (move === undefined) return undefined;
  const target = move.words[1]?.value;
  if (move.words.length !== 2 || target === undefined) return "where it goes is not certain";
  if (absolutePath(target, call.cwd, call.session.home) === call.cwd) return undefined;
  const { read } = call.session.lists.deny;
  const others = parts.commands.filter((command) => command !== move);
  for (const { words, redirects } of others) {
    const name = innerWords(words)[0]?.value ?? "";
    if (name === "git") return "it changes directory before git";
    if (WRITERS.has(name) || pathsOf(innerWords(words)).some(({ use }) => use === "write"))
      return "it changes directory and writes";
    if (redirects.some(isToFile)) return "it changes directory and writes";
    if (redirects.some(({ target }) => isRelative(target)))
      return "it changes directory and reads a relative path";
    if (read.length > 0 && readsRelative(innerWords(words)))
      return "it changes directory and reads a relative path, and a deny rule on reading stands";
  }
  return undefined;
}

function isRelative({ value, raw }: CommandWord): boolean {
  return value === undefined || !(value.startsWith("/") || raw.startsWith("~"));
}

function readsRelative(words: readonly CommandWord[]): boolean {
  const paths = pathsOf(words);
  if (paths.length === 0) return /^(?:ls|find)$/.test(words[0]?.value ?? "");
  return paths.some(({ word }) => isRelative(word));
}

function isToFile({ direction, target }: FileRedirect): boolean {
  return direction === "out" && target.value !== "/dev/null";
}

/** Why one of the paths of a command is not open to it. */
function closedPath(call: BashCall, command: SimpleCommand): string | undefined {
  const { read, edit } = call.session.lists.allow;
  for (const { direction, target } of command.redirects) {
    const problem =
      direction === "in" ? closedToRead(call, target, read) : closedToRedirect(call, target);
    if (problem !== undefined) return problem;
  }
  const words = innerWords(command.words);
  const name = words[0]?.value;
  // WHY: to the client `cp` edits all that it names; rules on reading do not open the file that is copied (measured).
  const opening = WRITERS.has(name ?? "") ? edit : read;
  for (const { use, word } of pathsOf(words)) {
    const problem = use === "read" ? closedToRead(call, word, opening) : closedToWrite(call, word);
    if (problem !== undefined) return problem;
  }
  const hasOptions = words.slice(1).some(({ raw }) => raw.startsWith("-"));
  return (name === "cp" || name === "mv") && hasOptions ? `options of ${name}` : undefined;
}

/** A way up behind a directory may lead through a link. */
function climbs({ value = "" }: CommandWord): boolean {
  const parts = value.split(/\/+/);
  return parts.some((part, at) => parts[at + 1] === ".." && !/^\.{0,2}$/.test(part));
}

function formsOf(call: BashCall, word: CommandWord): readonly string[] | undefined {
  if (word.value === undefined) return undefined;
  const path = word.isGlob ? fixedPart(word.value) : word.value;
  return pathForms(absolutePath(path, call.cwd, call.session.home), call.disk);
}

/** `opening`: the rules that open a path outside of the working directories. */
function closedToRead(
  call: BashCall,
  word: CommandWord,
  opening: readonly CompiledRule[],
): string | undefined {
  const forms = formsOf(call, word);
  // WHY: a number that arithmetic gives is no path of its own.
  if (forms === undefined) return undefined;
  if (climbs(word)) return "a path goes up behind a directory";
  const isOpen = areInside(call.session, forms) || ruleOnAll(opening, forms) !== undefined;
  return isOpen ? undefined : "a path is outside the working directories";
}

function closedToWrite(call: BashCall, word: CommandWord): string | undefined {
  const forms = formsOf(call, word);
  if (forms === undefined || word.isGlob) return "what is written is not certain";
  if (climbs(word)) return "a path goes up behind a directory";
  if (isProtected(forms)) return WRITES_PROTECTED;
  const isOpen =
    areInside(call.session, forms) || ruleOnAll(call.session.lists.allow.edit, forms) !== undefined;
  return isOpen ? undefined : "a path is outside the working directories";
}

function closedToRedirect(call: BashCall, word: CommandWord): string | undefined {
  if (word.value === "/dev/null") return undefined;
  const forms = formsOf(call, word);
  if (forms === undefined || word.isGlob || /^~|[$`%=!]/.test(word.raw))
    return "what is written is not certain";
  if (climbs(word)) return "a path goes up behind a directory";
  if (isProtected(forms)) return WRITES_PROTECTED;
  const isAccepted = isEditing(call.session) && areInside(call.session, forms);
  if (isAccepted || ruleOnAll(call.session.lists.allow.edit, forms) !== undefined) return undefined;
  return "a redirection writes a file that no rule allows";
}

/** The rule that allows one command, undefined where it needs none, or why it is asked about. */
function allowCommand(
  call: BashCall,
  command: SimpleCommand,
  whole: CompiledRule | undefined,
): CompiledRule | undefined | string {
  const { words } = command;
  const name = words[0]?.value;
  // WHY: variables alone, and redirections of a group, start nothing.
  if (words.length === 0) return undefined;
  if (name === undefined) return "the program is not certain";
  const inner = innerWords(words)[0]?.value ?? "";
  const starter = [name, inner].find(
    (one) => CODE_BUILTINS.has(one) || UNCHECKED_STARTERS.has(one),
  );
  if (starter !== undefined) return `what ${starter} starts cannot be checked`;
  const rule = whole ?? allowRule(call, command);
  // WHY: only a rule that is the whole line opens such options; measured, one that is a part of it does not.
  if (whole === undefined && runsCode(innerWords(words))) return "an option of it starts programs";
  if (rule !== undefined) return rule;
  const isHarmlessHere = isHarmless(harmlessWords(words));
  if (!command.isTimed && areHarmless(command.assigned) && isHarmlessHere) return undefined;
  if (isEditing(call.session) && isAcceptedEdit(command)) return undefined;
  return "no rule allows a part of it";
}

/** Options by which a program that looks harmless starts others. */
function runsCode(words: readonly CommandWord[]): boolean {
  const name = words[0]?.value;
  const has = (option: RegExp): boolean =>
    words.some(({ value, raw }) => option.test(value ?? raw));
  switch (name) {
    case "find":
      if (words.some(({ isGlob }) => isGlob)) return true;
      return has(/^-(?:exec|execdir|ok|okdir|delete|fprint0?|fprintf|fls)$/);
    case "awk":
    case "jq":
      return has(/^-[A-Za-z]*[fL]|^--(?:from-file|slurpfile|rawfile|library-path)/);
    default:
      return false;
  }
}

/** WHY: modes with a classifier set rules aside that open a program which runs anything. */
function countingRules({ session }: BashCall): readonly CompiledRule[] {
  const rules = session.lists.allow.bash;
  return hasClassifier(session) ? rules.filter(({ parts }) => !isBroad(parts.subject)) : rules;
}

function allowRule(call: BashCall, command: SimpleCommand): CompiledRule | undefined {
  const rules = countingRules(call);
  if (rules.length === 0) return undefined;
  const texts = [command.withAssignments];
  if (command.isTimed) texts.push(`time ${command.text}`);
  const behindXargs: string[] = [];
  if (areHarmless(command.assigned)) {
    let at = 0;
    const values = command.words.map(({ value }) => value);
    for (;;) {
      const text = textFrom(command, at);
      texts.push(text);
      if (values[at] === "xargs") behindXargs.push(textFrom(command, at + 1));
      const length = wrapperLength(values.slice(at));
      if (length === 0) break;
      at += length;
    }
  }
  return rules.find(
    ({ command: pattern }) =>
      pattern !== undefined &&
      (texts.some(pattern.matches) || (pattern.isOpenEnded && behindXargs.some(pattern.matches))),
  );
}

/** The text of a command from one of its words on; that word is a program's name, without quotes. */
function textFrom({ words, starts, text }: SimpleCommand, at: number): string {
  const word = words[at];
  const start = starts[at];
  if (at === 0 || word === undefined || start === undefined) return at === 0 ? text : "";
  return `${word.value ?? word.raw}${text.slice(start + word.raw.length)}`;
}

// Commands on files that the client runs unasked in the mode that accepts edits: plain forms of a few programs.

/** Options that are accepted, as whole words; a program without an entry is not accepted at all. */
const OPTIONS: Readonly<Record<string, RegExp>> = {
  touch: /(?!)/,
  mkdir: /^-[pm]$/,
  rm: /^(?:-[rfR]+|--)$/,
  rmdir: /(?!)/,
  cp: /(?!)/,
  mv: /(?!)/,
  sed: /^-i$/,
};

/** Whether it is such a command; where its paths may lie is another question. */
function isAcceptedEdit(command: SimpleCommand): boolean {
  const { words, assigned, isTimed, isPlain } = command;
  const inner = withoutWrappers(words);
  const [program, ...rest] = inner;
  const name = program?.raw ?? "";
  const options = ownValue(OPTIONS, name);
  // WHY: of all of them the client does not see `touch` behind a wrapper.
  if (inner.length < words.length && name === "touch") return false;
  if (options === undefined || isTimed || !isPlain || assigned.length > 0) return false;
  return rest.every(
    ({ raw, value, isGlob }) =>
      value !== undefined &&
      !isGlob &&
      /^[\x20-\x7e]+$/.test(raw) &&
      (!raw.startsWith("-") || options.test(raw)),
  );
}

function withoutWrappers(words: readonly CommandWord[]): readonly CommandWord[] {
  const length = wrapperLength(words.map(({ value }) => value));
  return length === 0 ? words : withoutWrappers(words.slice(length));
}
