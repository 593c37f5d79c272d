// The client's decision for a Bash call: deny and ask rules on every part, then what it lets run.
import { byClient, byProtection, byRule } from "./answers.ts";
import { allowCommands, WRITES_PROTECTED } from "./bash-allow.ts";
import type { BashCall } from "./bash-call.ts";
import { deniedPath, findRestriction, isBlind } from "./bash-restrict.ts";
import { type CommandParts, readCommand, type SimpleCommand } from "./command-parts.ts";
import type { CommandWord } from "./command-words.ts";
import { type PathUse, pathsOf } from "./file-commands.ts";
import { hasClassifier } from "./files.ts";
import { isHarmless } from "./read-only.ts";
import { absolutePath, isDangerousToRemove, isProtected, pathForms } from "./places.ts";
import type { NativeAnswer } from "./stack.ts";
import { areHarmless, harmlessWords, innerWords } from "./wrappers.ts";

/** What the client would do with a command. */
export function judgeBash(call: BashCall): NativeAnswer {
  const { session } = call;
  const parts = readCommand(call.command, { home: session.home, cwd: call.cwd });
  const { allow } = session.lists;
  const { denied, asked } = findRestriction(call.command, parts, session.lists);
  if (denied !== undefined) return byRule(denied, "a deny rule speaks of a part of the command");
  const path = deniedPath(call, parts);
  if (path !== undefined) return byRule(path, "a deny rule speaks of a path in the command");
  if (asked !== undefined) return byRule(asked, "an ask rule speaks of a part of the command");
  const danger = removesTooMuch(call, parts)
    ? "it may remove far too much"
    : parts.problems.has("syntax") && isLeftOpen(call.command)
      ? "what it removes cannot be checked"
      : undefined;
  if (danger !== undefined) return byProtection(hasClassifier(session) ? "deny" : "ask", danger);
  if (session.mode === "bypassPermissions") return byClient("allow", "the mode asks nothing");
  const every = allow.bash.find((rule) => rule.parts.subject === undefined);
  // WHY: modes with a classifier set rules for every command aside.
  if (every === undefined || hasClassifier(session)) return allowCommands(call, parts);
  if (writesProtected(call, parts)) return byProtection("ask", WRITES_PROTECTED);
  const problem = askedDespiteAll(parts);
  return problem === undefined
    ? byRule(every, "a rule allows every command")
    : byClient("ask", problem);
}

/** Whether the client sees that it writes what the client protects. */
function writesProtected(call: BashCall, parts: CommandParts): boolean {
  const hasMoved = parts.commands.some((command) => movesAway(call, command));
  const uses = parts.commands.flatMap((command) => writtenPaths(call, command, hasMoved));
  const isHidden = isBlind(parts) || parts.problems.has("subshell");
  return !isHidden && uses.some((path) => isProtected(pathForms(path, call.disk)));
}

/** Why the client asks about a command even where a rule allows every one. */
function askedDespiteAll(parts: CommandParts): string | undefined {
  if (!parts.problems.has("background")) return undefined;
  // WHY: what needs no rule is let through before the rule for every command is looked at, but not in the background.
  return parts.commands.every(needsNoRule) ? "it runs in the background" : undefined;
}

function movesAway({ cwd, session }: BashCall, { words }: SimpleCommand): boolean {
  const target = words[1]?.value;
  if (words[0]?.value !== "cd" || target === undefined) return false;
  return absolutePath(target, cwd, session.home) !== cwd;
}

/** Absolute paths that a command writes to. */
function writtenPaths(
  call: BashCall,
  command: SimpleCommand,
  hasMoved: boolean,
): readonly string[] {
  const inner = innerWords(command.words);
  // WHY: where a rule allows every command the client looks at no paths behind a change of directory, nor at `cp -r`.
  const isCopy = inner[0]?.value === "cp" && inner.some(({ raw }) => raw.startsWith("-"));
  const written = hasMoved || isCopy ? [] : pathsOf(inner).filter(isWrite);
  const words = [
    ...written.map(({ word }) => word),
    ...command.redirects.filter(({ direction }) => direction === "out").map(({ target }) => target),
  ];
  return words.flatMap(({ value }) =>
    value === undefined ? [] : [absolutePath(value, call.cwd, call.session.home)],
  );
}

function needsNoRule({ words, assigned, redirects }: SimpleCommand): boolean {
  if (redirects.some(({ direction }) => direction === "out")) return false;
  return words.length === 0 || (areHarmless(assigned) && isHarmless(harmlessWords(words)));
}

function isWrite({ use }: PathUse): boolean {
  return use === "write";
}

function removesTooMuch(call: BashCall, parts: CommandParts): boolean {
  return parts.commands.some(({ words }) => {
    const inner = innerWords(words);
    const script = shellScript(inner);
    if (script !== undefined) {
      const places = { home: call.session.home, cwd: call.cwd };
      return removesTooMuch(call, readCommand(script, places));
    }
    const name = inner[0]?.value;
    if (name !== "rm" && name !== "rmdir") return false;
    return pathsOf(inner).some(({ word }) => isTooMuch(call, word));
  });
}

/** Whether an expansion does not end, so that the client does not know what the shell reads: then it asks in every mode. */
function isLeftOpen(command: string): boolean {
  let rest = command;
  for (let before = ""; before !== rest; ) {
    before = rest;
    rest = rest.replace(/\$\([^()#$]*\)|\$\{[^{}#$]*\}/g, "");
  }
  return /\$[({]/.test(rest);
}

/** The script of `sh -c`, into which the client looks for removals. */
function shellScript(words: readonly CommandWord[]): string | undefined {
  const [name, option, script] = words;
  const isShell = /^(?:ba|z|da)?sh$/.test(name?.value ?? "");
  return isShell && option?.value === "-c" ? script?.value : undefined;
}

function isTooMuch({ session, cwd }: BashCall, { value, raw }: CommandWord): boolean {
  // WHY: a variable that is empty leaves the slash behind it.
  if (value === undefined) return /\/(?:\*)?"?$/.test(raw);
  return isDangerousToRemove(session, absolutePath(value, cwd, session.home), cwd);
}
